/**
 * The two windows that IT's policies open at log-in: the kiosk and its standby. Chromium with its windows under Xvfb,
 * both apps installed by policy and started as the system's autostart does, in no order. The kiosk drives the display;
 * after its reload the standby does, for a while; and when its process is killed, the standby is ready by itself,
 * nobody touches anything.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readByOthers } from '../../support/simulator/decode.ts';
import { shownPicture } from '../../support/simulator/screen.ts';
import { appId } from '../../support/browser/app-id.ts';
import { crash } from '../../support/browser/browser.ts';
import { noHeadedRig, openHeaded, type HeadedBrowser } from '../../support/browser/headed.ts';
import { PortsFolder } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import { startRelay, type TestRelay } from '../../support/process/relay.ts';
import { because } from '../../support/requirements.ts';
import { ownHost, rolledOut, type OwnHost } from '../../support/browser/rolled-out.ts';
import { until } from '../../support/wait.ts';

const why = noHeadedRig();
const NAME = 'TWO-WINDOWS-PC';
const AGENT = 'agent-2w';
const KIOSK = '/kiosk/';
const STANDBY = '/kiosk/standby.html';
/** A window that is merely slow must not be opened twice. */
const LAUNCH_AGAIN_AFTER_MS = 10_000;
/** What has to be idle for 20 s, and then opens the port and boots the display, on a machine three times slower. */
const BACK_WITHIN_MS = 120_000;

describe.skipIf(why !== undefined)(`Two windows, one display${because(why)}`, () => {
  let folder: string;
  let relay: TestRelay;
  let host: OwnHost;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let browser: HeadedBrowser | undefined;
  let chrome: Browser | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-standby-'));
    relay = await startRelay();
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();
    host = ownHost(relay.origin, 'two-windows');
    rolledOut(host.origin, NAME, folder);
    browser = await openHeaded(['about:blank'], ports, host.origin, {
      policyFile: join(folder, 'linux.json'),
      flags: ['--remote-debugging-port=0', host.flag],
    });
    const { profile } = browser;
    const port = await until('Chromium tells its port', () => {
      try {
        return readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0];
      } catch {
        return undefined;
      }
    });
    chrome = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  });
  afterAll(async () => {
    await chrome?.close();
    await browser?.close();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async (context) => {
    if (context.task.result?.state !== 'fail') return;
    for (const page of pages()) console.log(page.url(), await factsOf(page).catch(String));
    console.log('relay:', relay.output.slice(-4_000));
  });

  const pages = (): Page[] => chrome?.contexts().flatMap((context) => context.pages()) ?? [];
  const factsOf = (page: Page): Promise<DOMStringMap> => page.evaluate(() => ({ ...document.documentElement.dataset }));
  const isReady = async (page: Page): Promise<boolean> => (await factsOf(page))['display'] === 'ready';

  /**
   * The windows of both apps, once they are installed and started. Launched again when there is none after a good
   * while: not installed yet.
   */
  async function startBoth(): Promise<{ readonly kiosk: Page; readonly standby: Page }> {
    const open = (path: string): Page | undefined => pages().find((page) => new URL(page.url()).pathname === path);
    let launchedAt = -Infinity;
    return until(
      'both windows are open',
      () => {
        const [standby, kiosk] = [open(STANDBY), open(KIOSK)];
        if (standby && kiosk) return { kiosk, standby };
        if (performance.now() - launchedAt < LAUNCH_AGAIN_AFTER_MS) return undefined;
        launchedAt = performance.now();
        // The standby first: a start-up knows no order.
        if (!standby) browser?.also(`--app-id=${appId(`${host.origin}${STANDBY}`)}`);
        if (!kiosk) browser?.also(`--app-id=${appId(`${host.origin}${KIOSK}`)}`);
        return undefined;
      },
      { everyMs: 200, timeoutMs: 120_000, otherwise: () => pages().map((page) => page.url()) },
    );
  }

  async function show(text: string): Promise<string> {
    const { command_id } = await relay.postQr(AGENT, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    expect(new Set(Object.values(readByOthers(shownPicture(board.display))))).toEqual(new Set([text]));
    return command_id;
  }

  let kiosk: Page;
  let standby: Page;

  it('the kiosk drives the display after log-in, whichever window came first', { timeout: 300_000 }, async () => {
    ({ kiosk, standby } = await startBoth());
    // More than 5 s late, it gets the display from the standby.
    await until('the kiosk drives the display', () => isReady(kiosk), { timeoutMs: BACK_WITHIN_MS });
    await standby.getByRole('heading', { name: 'Counter QR is standing by' }).waitFor();
    for (const page of [kiosk, standby])
      expect(await page.evaluate(() => matchMedia('(display-mode: standalone)').matches), page.url()).toBe(true);
    // Not by its name in the relay's list: policies hold for the machine, and every Chromium that runs on it registers.
    await relay.link(AGENT, (await factsOf(kiosk))['deviceId'] ?? '');
    await show('https://pay.example/p/both-windows');
    // It asks 5 s after its own start, and nothing below is to come before that.
    const isQueued = (): Promise<boolean> =>
      standby.evaluate(async () => ((await navigator.locks.query()).pending ?? []).length > 0);
    await until('the standby waits for the lock', isQueued, { timeoutMs: 60_000 });
  });

  it('the kiosk has the display back after its reload as soon as no QR is on it', { timeout: 300_000 }, async () => {
    await kiosk.reload();
    await kiosk.getByRole('heading', { name: 'This window takes over in a moment' }).waitFor({ timeout: 60_000 });
    await until('the standby drives the display', () => isReady(standby), { timeoutMs: 60_000 });
    const commandId = await show('https://pay.example/p/by-the-standby');
    expect((await factsOf(kiosk))['owner']).toBe('passive');
    await relay.call('POST', `/command/${commandId}/cancel`, { body: {} });
    expect((await relay.reaches(commandId, ['cleared', 'cancelled', 'failed'])).state).toBe('cleared');
    const from = performance.now();
    await until('the kiosk drives the display again', () => isReady(kiosk), { timeoutMs: BACK_WITHIN_MS });
    console.log(`back ${((performance.now() - from) / 1000).toFixed(1)} s after the QR was called off`);
    await standby.getByRole('heading', { name: 'Counter QR is standing by' }).waitFor();
    await show('https://pay.example/p/by-the-kiosk-again');
  });

  it('the standby window takes over by itself when the first one crashes', { timeout: 300_000 }, async () => {
    await crash(kiosk);
    const from = performance.now();
    await until('the standby drives the display', () => isReady(standby), { timeoutMs: 60_000 });
    console.log(`ready again ${((performance.now() - from) / 1000).toFixed(1)} s after the crash`);
    await show('https://pay.example/p/standby-took-over');
  });
});
