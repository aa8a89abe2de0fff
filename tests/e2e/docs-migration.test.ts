/**
 * docs/migration.md, followed: clients of the original design speak to a relay that was started with their key, as the
 * guide starts it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceService } from '../../sdk/types.ts';
import { openBrowser } from '../support/browser/browser.ts';
import { blocksOf, brokenPromises, follow, root } from '../support/docs/guide.ts';
import { KioskPage } from '../support/browser/kiosk-page.ts';
import { OldExe, OriginalServer } from '../support/process/original.ts';
import { because, noBrowser, noTool, tool } from '../support/requirements.ts';
import { until } from '../support/wait.ts';
import { WebApp } from '../support/browser/web-app.ts';
import { removeFolder } from '../support/remove-folder.ts';

declare const window: {
  readonly old: { readonly deviceService: DeviceService; readonly default: DeviceService };
  /** A service that nobody configured. */
  readonly bare: DeviceService;
};

const GUIDE = 'docs/migration.md';
const KEY = 'the-key-that-the-clients-have';
const missing = noTool('bash', 'curl');

describe.skipIf(missing !== undefined)(`migration${because(missing)}`, () => {
  let folder: string;
  let relay: ChildProcess;
  let said = '';
  let origin: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-migration-'));
    const start = blocksOf(GUIDE)[0]?.text ?? '';
    expect(start).toContain('PORT=5001 DATA_DIR=./data');
    const here = start.replace('PORT=5001 DATA_DIR=./data', `PORT=0 DATA_DIR=${folder}`);
    // `exec`, so that the relay is this child and can be ended.
    relay = spawn(tool('bash'), ['-c', here.replace(' node ', ' exec node ')], { cwd: root });
    for (const stream of [relay.stdout, relay.stderr]) stream?.on('data', (data: Buffer) => (said += data.toString()));
    origin = await until('the relay listens', () => /http:\/\/localhost:\d+/.exec(said)?.[0], {
      otherwise: () => said,
    });
  });
  afterAll(async () => {
    if (relay && relay.exitCode === null) {
      const ended = once(relay, 'exit');
      relay.kill('SIGTERM');
      await ended;
    }
    removeFolder(folder);
  });

  it('goes as the guide says', async () => {
    const runs = await follow(GUIDE, { 'http://localhost:5001': origin });
    expect(runs.length).toBeGreaterThan(3);
    expect(brokenPromises(runs)).toEqual([]);
    expect(said).toContain('LEGACY_API_KEY is set');
  });

  const why = noBrowser();
  it.skipIf(why !== undefined)(`its file takes the place of the old deviceService.js${because(why)}`, async () => {
    const shown = blocksOf(GUIDE).find(({ language, mark }) => language === 'js' && mark === 'page')?.text ?? '';
    expect(shown).toContain("from '/counterqr/sdk/device-service.js'");
    const browser = await openBrowser();
    try {
      const kiosk = await browser.newPage();
      await kiosk.goto(`${origin}/kiosk/?name=NEW-PC&display=virtual&baud=115200#enrol=${KEY}`);
      await new KioskPage(kiosk, browser).untilReady();

      const page = await browser.newPage();
      // This relay is not below /counterqr.
      const body = shown.replace('/counterqr/', '/');
      await page.route('**/deviceService.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
      const shop = `<!doctype html><title>Shop</title><script type="module">
        import * as old from './deviceService.js'; import { createDeviceService } from '/sdk/device-service.js';
        window.old = old; window.bare = createDeviceService(); document.title = 'ready';</script>`;
      await page.route('**/shop/', (route) => route.fulfill({ contentType: 'text/html', body: shop }));
      await page.goto(`${origin}/shop/`);
      await page.waitForFunction(() => document.title === 'ready');
      const told = await page.evaluate(async () => {
        const { deviceService } = window.old;
        const linked = await deviceService.linkDevice(43, 'Asha');
        const isThere = await deviceService.isAvailable();
        const sent = await deviceService.displayQR('https://pay.example/p/old', {
          name: 'A. Ramgoolam',
          amountDue: 1250,
        });
        const reasons: (string | null)[] = [];
        let paid;
        if (sent.success)
          for await (const { state, reason } of deviceService.watch(sent)) {
            reasons.push(reason ?? state);
            if (state === 'displayed') paid = await deviceService.paymentComplete();
          }
        const out = await deviceService.unlinkDevice();
        return { isSame: window.old.default === deviceService, linked, isThere, sent, paid, last: reasons.at(-1), out };
      });
      expect(told).toMatchObject({
        isSame: true,
        linked: { success: true },
        isThere: true,
        sent: { success: true, message: 'QR queued for device', device_online: true },
        paid: { success: true },
        last: 'paid',
        out: { success: true },
      });
      // The claim beside it: without the key, each call is refused.
      const without = await page.evaluate(() => window.bare.linkDevice(43, 'Asha', { computerName: 'OLD-PC' }));
      expect(without).toMatchObject({ success: false, status: 401, code: 'unauthorized' });
      // And the other: a PC that still runs the exe, which registered above.
      const byName = await page.evaluate(() =>
        window.old.deviceService.linkDevice(44, 'Ravi', { computerName: 'OLD-PC', takeover: true }),
      );
      expect(byName).toEqual({ success: true, device_id: 'device_OLD-PC' });
    } finally {
      await browser.close();
    }
  });

  describe('has a way back', () => {
    const ID = 'device_COUNTER-PC';
    let original: OriginalServer;
    /** What the clients know: one address, and somebody behind it. */
    let front: WebApp;
    let behind: string;
    let exe: OldExe;
    beforeAll(async () => {
      original = await OriginalServer.start(KEY);
      behind = original.origin;
      front = await WebApp.start({ relayOrigin: () => behind, sdkUrl: () => '', contentSecurityPolicy: () => '' });
      startExe();
    });
    afterAll(async () => {
      await exe?.stop();
      await front?.stop();
      await original?.stop();
    });

    const startExe = (): void => void (exe = new OldExe(`${front.origin}/api/device`, KEY, ID));
    /** As the old web app does it. */
    const post = async (call: string, body: object): Promise<Record<string, unknown>> => {
      const response = await fetch(`${front.origin}/api/device/${call}`, {
        method: 'POST',
        headers: { 'X-API-Key': KEY, 'Content-Type': 'application/json' },
        body: JSON.stringify({ agent_id: 45, ...body }),
      });
      return (await response.json()) as Record<string, unknown>;
    };
    const logIn = () => post('link', { device_id: ID });
    const pictureOf = (name: string): string => `data:image/png;base64,${btoa(`\x89PNG\r\n\x1a\n${name}`)}`;
    const isShown = async (name: string): Promise<void> => {
      const picture = pictureOf(name);
      expect(await post('qr', { qr_image: picture })).toMatchObject({ success: true });
      await until(`the exe shows “${name}”`, () => exe.shown.at(-1) === picture, { otherwise: () => exe.shown });
    };

    it('from the new relay to the original: the address, and agents who log in once more', async () => {
      await until('the exe is registered', () => exe.lastStatus === 200);
      await logIn();
      await isShown('before');

      behind = origin;
      // As the guide says: the new relay has not heard of an exe until it is started again, nor of who works there.
      await until('it is not known', () => exe.lastStatus === 404);
      expect(await post('qr', { qr_text: 'nobody’s' })).toMatchObject({ code: 'unknown_agent' });
      await exe.stop();
      startExe();
      await until('the exe is registered', () => exe.lastStatus === 200);
      await logIn();
      await isShown('on the new relay');

      behind = original.origin;
      await logIn();
      await isShown('on the original again');
    });

    it.skipIf(why !== undefined)(`from a kiosk to the exe: the tab, and a log-in${because(why)}`, async () => {
      behind = origin;
      await exe.stop();
      const browser = await openBrowser();
      try {
        const tab = await browser.newPage();
        await tab.goto(`${origin}/kiosk/?name=COUNTER-PC&display=virtual&baud=115200#enrol=${KEY}`);
        const kiosk = new KioskPage(tab, browser);
        await kiosk.untilReady();
        const device_id = await tab.evaluate(() => document.documentElement.dataset['deviceId'] ?? '');
        expect(await post('link', { device_id })).toMatchObject({ success: true });
        await post('qr', { qr_text: 'on the kiosk' });
        await kiosk.until({ commandState: 'displayed' });
        await tab.close();
      } finally {
        await browser.close();
      }
      startExe();
      await until('the exe is registered', () => exe.lastStatus === 200);
      await logIn();
      await isShown('on the exe again');
    });
  });
});
