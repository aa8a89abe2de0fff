/**
 * Chrome freezes hidden tabs to save power: no timer runs in them any more, in no worker of theirs either. Here a
 * Chromium that wants to freeze every hidden tab (its feature InfiniteTabsFreezing with no tab spared) freezes a page
 * beside the kiosk within seconds and lets the kiosk be, because it holds a Web Lock and an open port; a standby that
 * holds neither takes over all the same. A kiosk whose process stands still altogether is back by itself when it goes
 * on.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readByOthers } from '../../support/simulator/decode.ts';
import { shownPicture } from '../../support/simulator/screen.ts';
import { noHeadedRig, openHeaded, type HeadedBrowser } from '../../support/browser/headed.ts';
import { deviceIdOf } from '../../support/browser/kiosk-page.ts';
import { PortsFolder } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import { RecordingProxy } from '../../support/browser/recording-proxy.ts';
import { KEYS, startRelay, type TestRelay } from '../../support/process/relay.ts';
import { because } from '../../support/requirements.ts';
import { until } from '../../support/wait.ts';

const NAME = 'FREEZING-PC';
const AGENT = 'agent-frozen';
const WATCHED_MS = 40_000;
const FROZEN_WITHIN_MS = 60_000;

/** Counts its seconds aloud, and says when it is frozen. */
const ORDINARY_PAGE = `<title>An ordinary page</title><script>
setInterval(() => fetch('/tick'), 1000);
document.addEventListener('freeze', () => navigator.sendBeacon('/freeze'));
</script>`;

class OrdinaryPage {
  readonly ticksAt: number[] = [];
  freezes = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async serve(): Promise<OrdinaryPage> {
    const server = createServer((request, response) => {
      if (request.url === '/tick') page.ticksAt.push(performance.now());
      if (request.url === '/freeze') page.freezes += 1;
      if (request.url === '/') response.setHeader('content-type', 'text/html').end(ORDINARY_PAGE);
      else response.end();
    });
    const page = new OrdinaryPage(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return page;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const noHeaded = noHeadedRig();

describe.skipIf(noHeaded !== undefined)(`A Chromium that freezes every hidden tab${because(noHeaded)}`, () => {
  let relay: TestRelay;
  let proxy: RecordingProxy;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let ordinary: OrdinaryPage;
  let browser: HeadedBrowser | undefined;

  beforeAll(async () => {
    relay = await startRelay();
    proxy = await RecordingProxy.start(relay.origin);
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();
    ordinary = await OrdinaryPage.serve();
    const kiosk = `${proxy.origin}/kiosk/?name=${NAME}#enrol=${KEYS.enrol}`;
    // No debugger looks into the pages: that would keep them awake. The port is for closing a tab by its address.
    browser = await openHeaded(
      ['about:blank', ordinary.url, kiosk, `${proxy.origin}/kiosk/standby.html`],
      ports,
      proxy.origin,
      {
        flags: [
          '--enable-features=InfiniteTabsFreezing:num_protected_tabs/0/infinite_tabs_freezing_num_protected_tabs/0',
          '--remote-debugging-port=0',
        ],
      },
    );
  });
  afterAll(async () => {
    await browser?.close();
    await board?.remove();
    ports?.remove();
    ordinary?.stop();
    await proxy?.stop();
    await relay?.remove();
  });

  async function show(text: string): Promise<void> {
    const { command_id } = await relay.postQr(AGENT, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired'], 60_000);
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    expect(new Set(Object.values(readByOthers(shownPicture(board.display))))).toEqual(new Set([text]));
  }

  async function closeTab(part: string): Promise<void> {
    const port = readFileSync(join(browser?.profile ?? '', 'DevToolsActivePort'), 'utf8').split('\n')[0];
    const tabs = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { id: string; url: string }[];
    const [tab, ...more] = tabs.filter(({ url }) => url.includes(part));
    if (!tab || more.length > 0) throw new Error(`Not one tab: ${tabs.map(({ url }) => url).join(', ')}`);
    await fetch(`http://127.0.0.1:${port}/json/close/${tab.id}`);
  }

  it(
    'freezes an ordinary page, and the kiosk polls on and shows what is posted',
    { timeout: 240_000 },
    async ({ skip }) => {
      await until('the display is ready', () => proxy.display === 'ready', { timeoutMs: 90_000 });
      expect(proxy.visibility).toBe('hidden');
      await relay.link(AGENT, await deviceIdOf(relay, NAME));
      const isFrozen = await until('the ordinary page is frozen', () => ordinary.freezes > 0, {
        timeoutMs: FROZEN_WITHIN_MS,
      }).catch(() => false);
      // Whether a hidden page is frozen at all is the browser's to decide, by its version and this machine's memory.
      skip(!isFrozen, `this browser froze no hidden page within ${FROZEN_WITHIN_MS / 1000} s`);
      const from = performance.now();
      await sleep(WATCHED_MS);
      // Thawed for a moment now and then, as Chromium does, so that a frozen page may fetch what is new.
      const ticks = ordinary.ticksAt.filter((at) => at > from).length;
      const gaps = proxy.gaps(from, performance.now());
      const longest = Math.max(...gaps);
      console.log(
        `in ${WATCHED_MS / 1000} s: the ordinary page said ${ticks} of its ${WATCHED_MS / 1000} seconds, the kiosk polled ${gaps.length + 1} times, longest gap ${longest.toFixed(0)} ms`,
      );
      expect(ticks).toBeLessThan(WATCHED_MS / 1000 / 3);
      expect(gaps.length).toBeGreaterThan(WATCHED_MS / 3_000);
      expect(longest).toBeLessThanOrEqual(5_000);
      await show('https://pay.example/p/while-others-freeze');
    },
  );

  it('a kiosk whose process stands still is missed, and back by itself', { timeout: 150_000 }, async () => {
    // Harder than any freezing: not even its worker runs. As on a PC that sleeps, or has no memory left.
    const pids = browser?.renderers() ?? [];
    expect(pids.length).toBeGreaterThan(1);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await until('the relay misses it', async () => {
      const { body } = await relay.call<{ stats: { online_devices: number } }>('GET', '/list', { key: KEYS.admin });
      return body.stats.online_devices === 0;
    });
    const { command_id } = await relay.postQr(AGENT, 'https://pay.example/p/posted-while-frozen');
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    expect((await relay.reaches(command_id, ['displayed', 'failed', 'expired'], 60_000)).state).toBe('displayed');
    await show('https://pay.example/p/after-the-thaw');
  });

  it('a standby that holds no port takes over when the kiosk is closed', { timeout: 120_000 }, async () => {
    await closeTab(`/kiosk/?name=${NAME}`);
    proxy.display = undefined;
    await until('the standby drives the display', () => proxy.display === 'ready', { timeoutMs: 60_000 });
    expect(proxy.visibility).toBe('hidden');
    await show('https://pay.example/p/by-the-standby');
  });
});
