/**
 * The SDK away from the kiosk: as a file of the package, and in a page of another origin, which knows its display by a
 * pairing code.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as bundle } from 'esbuild';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { npm } from '../../scripts/ready.mjs';
import type { Health } from '../../sdk/types.ts';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { deviceIdOf, openKiosk, type KioskPage } from '../support/browser/kiosk-page.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { typeCheck } from '../support/docs/type-check.ts';
import { AGENT_JWT_SECRET, tokenFor, WebApp, type ShopWindow } from '../support/browser/web-app.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';
import { removeFolder } from '../support/remove-folder.ts';

declare const window: ShopWindow;

const dist = (...path: string[]): string => join(import.meta.dirname, '../../dist', ...path);

describe('the module', () => {
  it('is under 5 KB gzipped and imports nothing', () => {
    const code = readFileSync(dist('kiosk/sdk/device-service.js'));
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(5 * 1024);
    expect(code.toString()).not.toMatch(/\bimport\s*[{("'*]|\brequire\(/);
  });

  it('is found by its name, and installed by it into a web app as the guide says, whose bundle asks the relay that it is told', async () => {
    expect(createRequire(import.meta.url).resolve('counterqr/sdk')).toBe(dist('sdk/device-service.js'));
    const app = mkdtempSync(join(tmpdir(), 'counterqr-app-'));
    try {
      writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true }');
      const options = { cwd: app, stdio: 'pipe' as const };
      npm(['pack', dist('sdk')], options);
      npm(['install', './counterqr-0.1.0.tgz', '--offline', '--no-audit', '--no-fund'], options);
      const source = `
        import { deviceService } from 'counterqr/sdk';
        export const ask = (baseUrl) => (deviceService.configure({ baseUrl }), deviceService.checkHealth());`;
      expect(typeCheck(join(app, 'app.js'), source)).toEqual([]);
      expect(typeCheck(join(app, 'app.js'), source.replace('checkHealth', 'noSuchMethod')).join()).toContain('noSuch');
      const stdin = { contents: source, resolveDir: app };
      await bundle({ stdin, outfile: join(app, 'bundle.mjs'), bundle: true, format: 'esm', logLevel: 'silent' });
      const { ask } = (await import(join(app, 'bundle.mjs'))) as { ask: (baseUrl: string) => Promise<Health> };
      const asked = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ status: 'online' }));
      expect(await ask('https://pay.example')).toEqual({ status: 'online', device: 'unknown' });
      expect(asked.mock.calls.map(([url]) => url)).toEqual(['https://pay.example/api/device/health']);
    } finally {
      vi.restoreAllMocks();
      removeFolder(app);
    }
  });

  it('lies in the package too, with types that a strict program compiles against', () => {
    const { exports } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      exports: Record<string, { types: string; default: string }>;
    };
    const entry = exports['./sdk'];
    expect(entry).toEqual({ types: './dist/sdk/device-service.d.ts', default: './dist/sdk/device-service.js' });
    expect(readFileSync(dist('sdk/device-service.js'))).toEqual(readFileSync(dist('kiosk/sdk/device-service.js')));

    const user = dist('sdk/user.ts');
    const use = (state: string): string => `
      import byDefault, { deviceService, type Queued } from './device-service.js';
      byDefault.configure({ agentId: 42 });
      const sent = await deviceService.displayQR('text', { name: 'A', amountDue: 5 });
      if (sent.success) { const queued: Queued = sent; deviceService.watch(queued, ({ state }) => state === '${state}'); }
      else { const code: string = sent.code; }
      export {};`;
    expect(typeCheck(user, use('displayed'))).toEqual([]);
    expect(typeCheck(user, use('no such state')).join()).toContain('no overlap');
  });
});

const why = noBrowser();

describe.skipIf(why !== undefined)(`SDK in a page of another origin${because(why)}`, () => {
  let relay: TestRelay;
  let allowed: WebApp;
  let stranger: WebApp;
  let browser: Browser;
  let shop: Page;
  let kiosk: KioskPage;

  beforeAll(async () => {
    const options = {
      sdkUrl: () => `${relay.origin}/sdk/device-service.js`,
      contentSecurityPolicy: () => `default-src 'self'; script-src 'self' ${relay.origin}; connect-src ${relay.origin}`,
    };
    [allowed, stranger] = await Promise.all([WebApp.start(options), WebApp.start(options)]);
    relay = await startRelay({ env: { AGENT_JWT_SECRET, ALLOWED_ORIGINS: allowed.origin } });
    browser = await openBrowser();
    shop = await browser.newPage();
    await shop.goto(allowed.page);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([allowed?.stop(), stranger?.stop()]);
    await relay?.remove();
  });
  printOnFailure({ console: () => lastLines(browser?.console), relay: () => lastLines(relay?.output) });

  it('is served as a script that this origin may load', async () => {
    const { headers, status } = await fetch(`${relay.origin}/sdk/device-service.js`, {
      headers: { Origin: allowed.origin },
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
    expect(headers.get('access-control-allow-origin')).toBe(allowed.origin);
    expect(headers.get('vary')).toMatch(/origin/i);
    await shop.locator('html[data-sdk=loaded]').waitFor({ state: 'attached' });
    expect(await shop.evaluate(() => window.sdk.default === window.sdk.deviceService)).toBe(true);
  });

  it('links by the pairing code that the button on the kiosk page shows, and remembers the display', async () => {
    kiosk = await openKiosk(browser, relay, { name: 'FAR-PC', display: 'virtual', query: { baud: '115200' } });
    await kiosk.untilReady();
    const device_id = await deviceIdOf(relay, 'FAR-PC');
    await kiosk.page.getByRole('button', { name: 'Show pairing code' }).click();
    const pairingCode = await kiosk.page.locator('pairing-line [data-hook=code]').innerText();
    await kiosk.page.getByRole('img', { name: 'A pairing code' }).waitFor();
    const token = await tokenFor('9');
    const answers = await shop.evaluate(
      async ([code, agentToken]) => {
        const { deviceService } = window.sdk;
        deviceService.configure({ token: agentToken });
        const unknown = await deviceService.linkDevice('9', 'Lea');
        const wrong = await deviceService.linkDevice('9', 'Lea', { pairingCode: 'AAAAAA' });
        const right = await deviceService.linkDevice('9', 'Lea', { pairingCode: code.toLowerCase() });
        const again = await deviceService.linkDevice('9', 'Lea');
        return [unknown, wrong, right, again];
      },
      [pairingCode, token] as const,
    );
    expect(answers).toMatchObject([
      { code: 'needs_pairing' },
      { code: 'unknown_pairing_code', status: 404 },
      { success: true, device_id },
      { success: true, device_id },
    ]);
    expect(await shop.evaluate(() => window.violations)).toEqual([]);
  });

  it('is available while that display is ready, and not while its cable is out, although its kiosk is heard', async () => {
    const cable = (name: string) => kiosk.page.getByRole('button', { name }).click();
    const health = () => shop.evaluate(() => window.sdk.deviceService.checkHealth());
    const patience = { timeout: 30_000 };
    const isAvailable = () => shop.evaluate(() => window.sdk.deviceService.isAvailable());
    await expect.poll(isAvailable, patience).toBe(true);
    await cable('Pull the virtual cable');
    await expect.poll(health, patience).toMatchObject({ device: 'disconnected', display: 'unplugged' });
    expect(await isAvailable()).toBe(false);
    await cable('Plug the virtual cable in');
    await expect.poll(isAvailable, patience).toBe(true);
  });

  it('does not call a QR failed that is on the screen when the token is over in the middle of a watch', async () => {
    await kiosk.untilReady();
    const { id, seen } = await shop.evaluate(
      async (good) => {
        const { deviceService } = window.sdk;
        let token = good;
        deviceService.configure({ getToken: () => token });
        const sent = await deviceService.displayQR('https://pay.example/p/1');
        if (!sent.success) return { id: '', seen: [sent] };
        const states: unknown[] = [];
        // Called before the watch asks again.
        const watch = deviceService.watch(sent, ({ state }) => state === 'displayed' && (token = 'over'));
        for await (const { state, reason } of watch) states.push([state, reason]);
        token = good;
        return { id: sent.command_id, seen: states };
      },
      await tokenFor('9'),
    );
    expect(seen.slice(-2)).toEqual([
      ['displayed', null],
      ['displayed', 'unauthorized'],
    ]);
    expect(await relay.reaches(id, ['displayed', 'failed'])).toMatchObject({ state: 'displayed' });
  });

  it('tells the truth while a display is away: not available, and expired or called off at the end', async () => {
    const device_id = 'device_AWAY-PC_0a1b2c';
    await relay.call('POST', '/register', {
      key: KEYS.enrol,
      body: { device_id, computer_name: 'AWAY-PC', kind: 'kiosk' },
    });
    const answers = await shop.evaluate(async (deviceId) => {
      const { deviceService } = window.sdk;
      await deviceService.linkDevice('9', 'Lea', { deviceId });
      const ends: unknown[] = [await deviceService.isAvailable()];
      const late = await deviceService.displayQR('waits');
      const called = await deviceService.displayQR('called off');
      for (const sent of [late, called]) {
        if (!sent.success) return [sent];
        if (sent === called) await deviceService.cancel(sent);
        ends.push(sent.device_online, (await deviceService.watch(sent).finished)?.state);
      }
      return ends;
    }, device_id);
    expect(answers).toEqual([false, false, 'superseded', false, 'cancelled']);
    const expired = await shop.evaluate(async () => {
      const { deviceService } = window.sdk;
      const sent = await deviceService.displayQR('waits', { expires_in: 1 });
      return sent.success ? deviceService.watch(sent).finished : undefined;
    });
    expect(expired).toMatchObject({ state: 'expired', reason: expect.stringMatching(/./) });
  });

  it('takes the QR off although the page is closed in the same moment', async () => {
    const sent = await shop.evaluate(() => window.sdk.deviceService.displayQR('https://pay.example/p/closing'));
    const commandId = sent.success ? sent.command_id : '';
    await shop.evaluate((id) => {
      addEventListener('pagehide', () => void window.sdk.deviceService.cancel(id, 'closed'));
    }, commandId);
    const closed = shop.waitForEvent('close');
    await shop.close({ runBeforeUnload: true });
    await closed;
    expect(await relay.reaches(commandId, ['cancelled', 'cleared'])).toMatchObject({ state: 'cancelled' });
  });

  it('is refused to an origin that is not on the list', async () => {
    const page = await browser.newPage();
    await page.goto(stranger.page);
    await page.locator('html[data-sdk^=refused]').waitFor({ state: 'attached' });
    const answer = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => 'answered',
          () => 'refused',
        ),
      `${relay.origin}/api/device/health`,
    );
    expect(answer).toBe('refused');
  });
});
