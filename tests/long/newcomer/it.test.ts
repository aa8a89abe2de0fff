/**
 * An IT person with nothing but docs/it.md and a fresh clone: from `git clone` to a kiosk that is ready without a
 * click, by the policies that the guide writes, behind the nginx that it sets up. What takes a person time is reading;
 * what takes the machine time is measured here.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../../support/browser/browser.ts';
import { readByOthers } from '../../support/simulator/decode.ts';
import { shownPicture } from '../../support/simulator/screen.ts';
import { brokenPromises, follow } from '../../support/docs/guide.ts';
import { KioskPage } from '../../support/browser/kiosk-page.ts';
import { PortsFolder } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import { because, noSerialRig } from '../../support/requirements.ts';
import { noServer, TestServer } from '../../support/process/server.ts';
import { until } from '../../support/wait.ts';
import { lastLines, printOnFailure } from '../../support/on-failure.ts';

const why = noServer() ?? noSerialRig();
/** The guide's promise, reading included. */
const FIFTEEN_MINUTES_MS = 15 * 60_000;
const TEXT = 'https://pay.example/p/first-counter';

describe.skipIf(why !== undefined)(`IT with the guide and a fresh clone${because(why)}`, () => {
  let server: TestServer;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let browser: Browser | undefined;
  let page: Awaited<ReturnType<Browser['newPage']>>;
  let beganAt: number;

  beforeAll(async () => {
    server = await TestServer.make({ isFresh: true });
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();
  });
  afterAll(async () => {
    await browser?.close();
    await board?.remove();
    ports?.remove();
    await server?.remove();
  });
  printOnFailure({
    console: () => lastLines(browser?.console),
    journal: () => lastLines(server?.journal),
  });

  it('follows it from the clone to the files for the PCs', async () => {
    beganAt = performance.now();
    const runs = await follow('docs/it.md', server.instead, { cwd: server.folder, env: server.env });
    expect(brokenPromises(runs)).toEqual([]);
  });

  it('deploys them on a PC, whose kiosk is ready without a click within fifteen minutes of the clone', async () => {
    const managed = join(server.folder, 'managed');
    execFileSync(server.at('/opt/counterqr/dist/chrome-policy/install-linux.sh'), [managed]);
    const serial = { ports, origin: 'https://pay.example', policyFile: join(managed, 'counterqr.json') };
    browser = await openBrowser({ serial, flags: server.browserFlags });
    const fetched: string[] = [];
    browser.context.on('request', (request) => fetched.push(request.url()));
    await until('Chrome has opened the kiosk by itself', () => fetched.some((url) => url.includes('/kiosk/worker/')), {
      timeoutMs: 60_000,
    });
    page = await browser.newPage();
    await page.goto('https://pay.example/kiosk/');
    await new KioskPage(page, browser).untilReady({ timeoutMs: 60_000 });
    const tookMs = performance.now() - beganAt;
    console.log(`docs/it.md, from git clone to a provisioned kiosk: ${Math.round(tookMs / 1000)} s`);
    expect(tookMs).toBeLessThan(FIFTEEN_MINUTES_MS);
    expect(page.url()).toMatch(/^https:\/\/pay\.example\/counterqr\/kiosk\//);
  });

  it('and a QR posted to its address is on the display', async () => {
    const keys = JSON.parse(readFileSync(server.at('/var/lib/counterqr/keys.json'), 'utf8')) as Record<string, string>;
    const deviceId = await page.evaluate(() => document.documentElement.dataset['deviceId'] ?? '');
    expect(deviceId.startsWith(`device_${hostname()}_`)).toBe(true);
    const post = async (path: string, body: object): Promise<void> => {
      const response = await fetch(`${server.origin}/counterqr/api/device${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${keys['app']}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(response.status, await response.text()).toBe(200);
    };
    await post('/link', { agent_id: '42', device_id: deviceId });
    await post('/qr', { agent_id: '42', qr_text: TEXT });
    await page.locator('html[data-command-state=displayed]').waitFor({ timeout: 60_000 });
    for (const read of Object.values(readByOthers(shownPicture(board.display)))) expect(read).toBe(TEXT);
  });
});
