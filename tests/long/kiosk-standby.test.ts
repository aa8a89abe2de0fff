/**
 * The two windows that IT's policies open at log-in: the kiosk and its standby. Chromium with its windows under Xvfb, both apps installed by
 * policy and started as the system's autostart does. The process of the one that drives the display is killed: the other is ready by
 * itself, nobody touches anything.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readByOthers } from '../rig/decode.ts';
import { glassPicture } from '../rig/glass.ts';
import { noHeadedRig, openHeaded, type HeadedBrowser } from '../rig/headed.ts';
import { PortsFolder } from '../rig/ports-folder.ts';
import { PtyDisplay } from '../rig/pty-display.ts';
import { KEYS, startRelay, type TestRelay } from '../rig/relay.ts';
import { because } from '../rig/requirements.ts';
import { until } from '../rig/wait.ts';

const root = join(import.meta.dirname, '../..');
const why = noHeadedRig();
const NAME = 'TWO-WINDOWS-PC';
const AGENT = 'agent-2w';

/** As Chrome makes it of a manifest's id: the hash of a key, which is itself the hash of the id. */
const appId = (manifestId: string): string =>
  createHash('sha256')
    .update(createHash('sha256').update(manifestId).digest())
    .digest('hex')
    .slice(0, 32)
    .replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));

describe.skipIf(why !== undefined)(`Two windows, one display${because(why)}`, () => {
  let folder: string;
  let relay: TestRelay;
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
    const keyFile = join(folder, 'enrol.key');
    writeFileSync(keyFile, KEYS.enrol, { mode: 0o600 });
    const tool = [join(root, 'scripts/chrome-policy.mjs'), '--origin', relay.origin, '--name-from', NAME];
    execFileSync(process.execPath, [...tool, '--enrol-key-file', keyFile, '--out', folder], { cwd: root });
    browser = await openHeaded(['about:blank'], ports, relay.origin, {
      policyFile: join(folder, 'linux.json'),
      flags: ['--remote-debugging-port=0'],
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

  /** The app's window, once it is installed and started. */
  const start = (path: string): Promise<Page> =>
    until(
      `${path} is open in a window of its own`,
      () => {
        const open = pages().find((page) => new URL(page.url()).pathname === path);
        if (!open) browser?.also(`--app-id=${appId(`${relay.origin}${path}`)}`);
        return open;
      },
      { everyMs: 3_000, timeoutMs: 120_000, otherwise: () => pages().map((page) => page.url()) },
    );

  async function show(text: string): Promise<void> {
    const { command_id } = await relay.postQr(AGENT, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    expect(new Set(Object.values(readByOthers(glassPicture(board.display))))).toEqual(new Set([text]));
  }

  it('the standby window takes over by itself when the first one crashes', { timeout: 300_000 }, async () => {
    // The standby first: a start-up knows no order.
    const standby = await start('/kiosk/standby.html');
    const kiosk = await start('/kiosk/');
    await until('the kiosk drives the display', () => isReady(kiosk), { timeoutMs: 60_000 });
    await standby.getByRole('heading', { name: 'Counter QR is standing by' }).waitFor();
    for (const page of [kiosk, standby])
      expect(await page.evaluate(() => matchMedia('(display-mode: standalone)').matches), page.url()).toBe(true);
    // Not by its name in the relay's list: policies hold for the machine, and every Chromium that runs on it registers.
    await relay.link(AGENT, (await factsOf(kiosk))['deviceId'] ?? '');
    await show('https://pay.example/p/both-windows');

    const crashed = kiosk.waitForEvent('crash');
    kiosk.goto('chrome://crash').catch(() => undefined);
    await crashed;
    const from = performance.now();
    await until('the standby drives the display', () => isReady(standby), { timeoutMs: 60_000 });
    console.log(`ready again ${((performance.now() - from) / 1000).toFixed(1)} s after the crash`);
    await show('https://pay.example/p/standby-took-over');
  });
});
