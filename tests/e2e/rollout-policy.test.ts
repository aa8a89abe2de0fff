/** What `npm run chrome-policy` writes, deployed to a real Chromium as IT does: the kiosk is provisioned, installed and ready without a click. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { glassPicture } from '../support/simulator/screen.ts';
import { KioskPage } from '../support/browser/kiosk-page.ts';
import { PortsFolder } from '../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../support/simulator/pty-display.ts';
import { startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noSerialRig } from '../support/requirements.ts';
import { rolledOut } from '../support/browser/rolled-out.ts';
import { until } from '../support/wait.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';
import { removeFolder } from '../support/remove-folder.ts';

const why = noSerialRig();
/** Chrome installs apps and opens the port in its own time: 10 and 26 s on two cores with twenty programs at work. */
const PATIENT = { timeout: 180_000 };

describe.skipIf(why !== undefined)(`Chrome policies in a real Chromium${because(why)}`, () => {
  let folder: string;
  let relay: TestRelay;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let browser: Browser;
  let kiosk: KioskPage;
  let policy: Record<string, unknown>;
  const fetched: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-rollout-'));
    relay = await startRelay();
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();

    rolledOut(relay.origin, 'hostname', folder);
    // The script that IT runs on the PC fills the PC's name in.
    const managed = join(folder, 'managed');
    execFileSync(join(folder, 'install-linux.sh'), [managed]);
    const policyFile = join(managed, 'counterqr.json');
    policy = JSON.parse(readFileSync(policyFile, 'utf8')) as Record<string, unknown>;
    browser = await openBrowser({ serial: { ports, origin: relay.origin, policyFile } });
    browser.context.on('request', (request) => fetched.push(request.url()));
  });
  afterAll(async () => {
    await browser?.close();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
    removeFolder(folder);
  });
  printOnFailure({
    kiosk: () => kiosk?.facts(),
    console: () => lastLines(browser?.console),
    relay: () => lastLines(relay?.output),
  });

  it('knows every policy by its name and takes its value', async () => {
    const page = await browser.newPage();
    await page.goto('chrome://policy');
    const names = Object.keys(policy);
    const rows = await until('chrome://policy lists them all', async () => {
      // Set policies come first.
      const found = await page.locator('policy-row').evaluateAll(
        (elements, count) =>
          elements.slice(0, count).map(({ shadowRoot }) => ({
            name: shadowRoot?.querySelector('.policy.row #name')?.textContent?.trim() ?? '',
            status: shadowRoot?.querySelector('.policy.row .messages')?.textContent?.trim() ?? '',
          })),
        names.length,
      );
      return names.every((name) => found.some((row) => row.name === name)) ? found : undefined;
    });
    for (const name of names) {
      const status = rows.find((row) => row.name === name)?.status;
      // Another test run on this machine may have deployed its ports meanwhile; that is told, and changes nothing else.
      if (name === 'SerialAllowUsbDevicesForUrls') expect(status).toMatch(/^OK$|^Warning, Conflict$/);
      else expect(status, name).toBe('OK');
    }
    await page.close();
  });

  it(
    'is installed as two apps, the kiosk and its standby, each with a window of its own that starts at log-in',
    PATIENT,
    async () => {
      const page = await browser.newPage();
      interface App {
        manifest_id: string;
        user_display_mode: string;
        latest_install_source: string;
        registrar_evaluated_fields: { run_on_os_login_mode: { user_controllable: boolean; value: string } };
      }
      const ids = [`${relay.origin}/kiosk/`, `${relay.origin}/kiosk/standby.html`];
      const look = async (): Promise<App[] | undefined> => {
        await page.goto('chrome://web-app-internals');
        const text = await until('the page is filled', () =>
          page.evaluate(() => {
            const textOf = (node: Node): string =>
              node instanceof Text
                ? node.data
                : [...((node as Element).shadowRoot?.childNodes ?? []), ...node.childNodes].map(textOf).join('');
            return /"Details": (\[\s[\s\S]*?\n {4,6}\]|\[\])/.exec(textOf(document.body))?.[1];
          }),
        );
        const apps = (JSON.parse(text) as App[]).filter(({ manifest_id }) => ids.includes(manifest_id));
        return apps.length === ids.length ? apps : undefined;
      };
      // Chrome opens the address out of sight while it installs the app; there the kiosk learns its name and key, and its service worker
      // fetches what it needs to start offline. Looked at seldom: reloads of this page would keep Chrome from installing.
      await until('Chrome has opened the kiosk by itself', () => fetched.some((url) => url.includes('/kiosk/worker/')));
      const apps = await until('both are installed', look, { everyMs: 4_000, timeoutMs: 120_000 });
      for (const app of apps)
        expect(app, app.manifest_id).toMatchObject({
          latest_install_source: 'external policy',
          user_display_mode: 'kStandalone',
          registrar_evaluated_fields: { run_on_os_login_mode: { user_controllable: false, value: 'windowed' } },
        });
      await page.close();
    },
  );

  it('is ready at its bare address: name, key and port came with the policies', PATIENT, async () => {
    const page = await browser.newPage();
    await page.goto(`${relay.origin}/kiosk/`);
    kiosk = new KioskPage(page, browser);
    await kiosk.untilReady({ timeoutMs: 120_000 });
    const deviceId = await page.evaluate(() => document.documentElement.dataset.deviceId ?? '');
    expect(deviceId.startsWith(`device_${hostname()}_`)).toBe(true);

    const text = 'https://pay.example/p/rolled-out';
    await relay.link('42', deviceId);
    const { command_id } = await relay.postQr('42', text);
    await relay.reaches(command_id, ['displayed']);
    for (const read of Object.values(readByOthers(glassPicture(board.display)))) expect(read).toBe(text);
  });
});
