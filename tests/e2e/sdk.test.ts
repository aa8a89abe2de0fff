/**
 * The web app's SDK: every method, in Chromium, from a page under a content security policy, against the real relay.
 */
import type { Page } from 'playwright';
import QRCode from 'qrcode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandUpdate, Customer, LinkOptions } from '../../sdk/types.ts';
import type { AdminDeviceDetail } from '../../shared/wire/admin/display-page.ts';
import { blank, toDataUri } from '../support/corpus/paint.ts';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { KioskPage, preferQuickPictures } from '../support/browser/kiosk-page.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';
import { AGENT_JWT_SECRET, tokenFor, WebApp, type ShopWindow } from '../support/browser/web-app.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';

declare const window: ShopWindow;

const why = noBrowser();

describe.skipIf(why !== undefined)(`SDK in a page that shares the kiosk's origin${because(why)}`, () => {
  let relay: TestRelay;
  let site: WebApp;
  let browser: Browser;
  let shop: Page;
  let kiosk: KioskPage;
  let deviceId: string;

  beforeAll(async () => {
    relay = await startRelay({ env: { AGENT_JWT_SECRET } });
    site = await WebApp.start({
      relayOrigin: () => relay.origin,
      sdkUrl: () => '/sdk/device-service.js',
      // The pictures of its own <img> aside, this is the strictest that there is; the SDK needs no exception.
      contentSecurityPolicy: () => "default-src 'self'; img-src 'self' data:",
    });
    browser = await openBrowser();
    shop = await browser.newPage();
    await shop.goto(site.page);
    await shop.locator('html[data-sdk=loaded]').waitFor({ state: 'attached' });
    await configure('42');
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    await relay?.remove();
  });
  printOnFailure({
    kiosk: () => kiosk?.facts(),
    console: () => lastLines(browser?.console),
    relay: () => lastLines(relay?.output),
  });

  async function configure(agentId: string): Promise<void> {
    const token = await tokenFor(agentId);
    await shop.evaluate((options) => window.sdk.deviceService.configure(options), { agentId, token });
  }

  const linkDevice = (agentId?: string, agentName?: string, options?: LinkOptions) =>
    shop.evaluate(
      ([id, name, more]) => window.sdk.deviceService.linkDevice(id ?? undefined, name ?? undefined, more ?? undefined),
      [agentId ?? null, agentName ?? null, options ?? null] as const,
    );
  const isAvailable = () => shop.evaluate(() => window.sdk.deviceService.isAvailable());

  /** Sends, and gives its command once it was accepted. */
  async function displayQR(content: string, customer: Customer = {}): Promise<string> {
    const sent = await shop.evaluate(([what, whom]) => window.sdk.deviceService.displayQR(what, whom), [
      content,
      customer,
    ] as const);
    expect(sent).toMatchObject({ success: true, message: 'QR queued for device', device_id: deviceId });
    return sent.success ? sent.command_id : '';
  }

  /** What the page was told of a command until this state, by `watch` alone. */
  const watchUntil = (commandId: string, state: string): Promise<CommandUpdate[]> =>
    shop.evaluate(
      async ([id, last]) => {
        const seen: CommandUpdate[] = [];
        for await (const update of window.sdk.deviceService.watch(id)) {
          seen.push(update);
          if (update.state === last) break;
        }
        return seen;
      },
      [commandId, state] as const,
    );

  const screenReads = (text: string) =>
    until(
      `the screen says ${text}`,
      async () => Object.values(readByOthers(await kiosk.previewPng())).every((read) => read === text),
      { otherwise: async () => readByOthers(await kiosk.previewPng()) },
    );

  it('has these methods; each has its tests below, and a new one needs its own', async () => {
    expect((await shop.evaluate(() => Object.keys(window.sdk.deviceService))).sort()).toEqual(
      [
        ...['cancel', 'checkHealth', 'configure', 'displayQR', 'isAvailable', 'linkDevice'],
        ...['paymentComplete', 'unlinkDevice', 'watch'],
      ].sort(),
    );
  });

  it('knows no display while this PC has no kiosk tab, and says what to do', async () => {
    expect(await isAvailable()).toBe(false);
    expect(await linkDevice('42', 'Asha')).toMatchObject({
      success: false,
      code: 'needs_pairing',
      needsDeviceSetup: true,
      error: expect.stringContaining('pairing code'),
    });
    const sent = await shop.evaluate(() => window.sdk.deviceService.displayQR('text'));
    expect(sent).toMatchObject({ success: false, code: 'unknown_agent', status: 404 });
  });

  it('linkDevice finds the display of this PC by its kiosk tab', async () => {
    const page = await browser.newPage();
    // 115200 baud, as native USB: what is tested here is not the wire.
    await page.goto(`${site.origin}/kiosk/?name=SHOP-PC&display=virtual&baud=115200#enrol=${KEYS.enrol}`);
    kiosk = new KioskPage(page, browser);
    await kiosk.untilReady();
    const linked = await linkDevice('42', 'Asha');
    expect(linked).toEqual({ success: true, device_id: expect.stringMatching(/^device_SHOP-PC_[0-9a-f]{6}$/) });
    deviceId = linked.success ? linked.device_id : '';
    await preferQuickPictures(relay, deviceId);
    const { body } = await relay.call<{ devices: object[] }>('GET', '/list', { key: KEYS.admin });
    expect(body.devices).toMatchObject([{ device_id: deviceId, agent_id: '42', agent_name: 'Asha' }]);
  });

  it('isAvailable and checkHealth tell the state of that display', async () => {
    expect(await isAvailable()).toBe(true);
    expect(await shop.evaluate(() => window.sdk.deviceService.checkHealth())).toEqual({
      status: 'online',
      device: 'connected',
      device_id: deviceId,
      display: 'ready',
    });
  });

  it('displayQR puts a text on the screen, and watch tells each step', async () => {
    const text = 'https://pay.example/p/sdk-text';
    const commandId = await displayQR(text, { name: 'A. Ramgoolam', policyNumber: 88, amountDue: '1250.00' });
    const steps = await watchUntil(commandId, 'displayed');
    const order = ['pending', 'delivered', 'displayed'];
    const states = steps.map(({ state }) => state);
    // Steps that pass faster than a request are not seen; none comes twice or in another order.
    expect(states).toEqual(order.filter((state) => states.includes(state as CommandUpdate['state'])));
    expect(steps.at(-1)).toMatchObject({ command_id: commandId, state: 'displayed', reason: null });
    await screenReads(text);
  });

  it('watch tells that a test card covers the QR', async () => {
    const commandId = await displayQR('https://pay.example/p/sdk-covered');
    await watchUntil(commandId, 'displayed');
    const told = shop.evaluate(async (id) => {
      for await (const update of window.sdk.deviceService.watch(id)) if (update.covered_at) return update;
      return undefined;
    }, commandId);
    await relay.call('POST', `/device/${deviceId}/test`, { key: KEYS.admin });
    expect(await told).toMatchObject({ command_id: commandId, state: 'displayed' });
  });

  it('paymentComplete takes it off as paid, as an agent’s page reports it', async () => {
    const commandId = await displayQR('https://pay.example/p/sdk-paid');
    await watchUntil(commandId, 'displayed');
    const tick = kiosk.page.getByAltText('“Paid”').waitFor();
    expect(
      await shop.evaluate((id) => window.sdk.deviceService.paymentComplete({ command_id: id }), commandId),
    ).toEqual({ success: true });
    expect((await watchUntil(commandId, 'cleared')).at(-1)).toMatchObject({
      state: 'cleared',
      reason: 'paid_reported',
    });
    // The customer sees the tick: the command for it is there, and the kiosk page says what the display shows.
    const { body } = await relay.call<AdminDeviceDetail>('GET', `/device/${deviceId}`, { key: KEYS.admin });
    expect(body.commands.map(({ type }) => type)).toContain('show_paid');
    await tick;
  });

  it('displayQR takes a data URI, a Blob, an <img> and a <canvas> as the same picture', async () => {
    const text = 'https://pay.example/p/sdk-picture?sum=99.50';
    const picture = await QRCode.toDataURL(text, { width: 300, margin: 2 });
    const answers = await shop.evaluate(async (uri) => {
      const { deviceService } = window.sdk;
      const image = new Image();
      image.src = uri;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      const blob = await new Promise<Blob>((resolve, reject) =>
        canvas.toBlob((made) => (made ? resolve(made) : reject(new Error('no blob')))),
      );
      const results: { kind: string; state: string | undefined }[] = [];
      for (const [kind, content] of Object.entries({ uri, image, canvas, blob })) {
        const sent = await deviceService.displayQR(content, { name: kind });
        if (!sent.success) return [sent];
        const watch = deviceService.watch(sent, ({ state }) => state === 'displayed' && watch.stop());
        results.push({ kind, state: (await watch.finished)?.state });
      }
      return results;
    }, picture);
    expect(answers).toEqual(['uri', 'image', 'canvas', 'blob'].map((kind) => ({ kind, state: 'displayed' })));
    await screenReads(text);
  });

  it('cancel clears what the agent’s display shows, whichever command that is', async () => {
    const commandId = await displayQR('https://pay.example/p/sdk-cancel');
    await watchUntil(commandId, 'displayed');
    expect(await shop.evaluate(() => window.sdk.deviceService.cancel())).toEqual({ success: true });
    expect((await watchUntil(commandId, 'cleared')).at(-1)).toMatchObject({ reason: 'cancelled' });
  });

  it('tells a failure with its reason: a picture that would leave the display blank', async () => {
    const commandId = await displayQR(toDataUri(blank(64, 64, [255, 255, 255])));
    const last = (await watchUntil(commandId, 'failed')).at(-1);
    expect(last).toMatchObject({ state: 'failed', reason: 'bad_picture' });
    expect(last?.error).toBe('The picture is of one colour; the display would stay blank.');
  });

  it('tells at once of a text that no code on this display could hold', async () => {
    const long = 'https://pay.example/'.padEnd(2_900, 'x');
    const sent = await shop.evaluate((text) => window.sdk.deviceService.displayQR(text), long);
    expect(sent).toMatchObject({ success: false, error: expect.stringContaining('at most 1809 fit this display') });
  });

  it('says that a display is in use, and takes it over only when told to', async () => {
    await configure('7');
    expect(await linkDevice('7', 'Ravi')).toMatchObject({
      success: false,
      code: 'device_in_use',
      status: 409,
      details: { device_id: deviceId },
      error: 'Another agent has this display. Take it over only if that agent has left this counter.',
    });
    expect(await linkDevice('7', 'Ravi', { takeover: true })).toEqual({ success: true, device_id: deviceId });
    // The token that was for Ravi does not speak for Asha.
    expect(await linkDevice('42', 'Asha', { takeover: true })).toMatchObject({ code: 'forbidden', status: 403 });
    await configure('7');
    // A link that was taken over is told truthfully to the agent who had it.
    const token = await tokenFor('42');
    const asha = await shop.evaluate((options) => window.sdk.createDeviceService(options).isAvailable(), {
      agentId: '42',
      token,
    });
    expect(asha).toBe(false);
  });

  it('asks for a fresh token when the old one is over', async () => {
    const token = await tokenFor('7');
    const asked = await shop.evaluate(async (fresh) => {
      const calls: boolean[] = [];
      const service = window.sdk.createDeviceService({
        agentId: '7',
        getToken: ({ refresh }: { refresh: boolean }) => {
          calls.push(refresh);
          return refresh ? fresh : `${fresh.slice(0, -4)}AAAA`;
        },
      });
      return { available: await service.isAvailable(), calls };
    }, token);
    expect(asked).toEqual({ available: true, calls: [false, true] });
  });

  it('unlinkDevice frees the display', async () => {
    expect(await shop.evaluate(() => window.sdk.deviceService.unlinkDevice())).toEqual({ success: true });
    const { body } = await relay.call<{ devices: object[] }>('GET', '/list', { key: KEYS.admin });
    expect(body.devices).toMatchObject([{ device_id: deviceId, agent_id: null }]);
    expect(await isAvailable()).toBe(false);
  });

  it('never rejects: without a relay it says so', async () => {
    await relay.stop();
    const answers = await shop.evaluate(async () => {
      const { deviceService } = window.sdk;
      return [await deviceService.isAvailable(), (await deviceService.checkHealth()).status];
    });
    expect(answers).toEqual([false, 'offline']);
    const sent = await shop.evaluate(() => window.sdk.deviceService.displayQR('text'));
    expect(sent).toMatchObject({ success: false, error: expect.stringMatching(/\S/) });
    await relay.start();
  });

  it('did all this without one exception to the page’s policy', async () => {
    expect(await shop.evaluate(() => window.violations)).toEqual([]);
    // The policy is there: what it forbids is refused, and seen.
    await shop.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "ran"';
      document.body.append(script);
    });
    await until('the violation is seen', () => shop.evaluate(() => window.violations.length > 0));
    expect(await shop.title()).toBe('Web app');
  });
});
