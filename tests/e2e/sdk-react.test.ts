/**
 * The worked React example, as an agent uses it: link on log-in, QR on the customer's page, clear on payment, on close
 * and on log-out.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Page, Request } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { deviceIdOf, KioskPage, preferQuickPictures } from '../support/browser/kiosk-page.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';
import { AGENT_JWT_SECRET, HOLD_INTERVALS, tokenFor, type IntervalsWindow } from '../support/browser/web-app.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';

declare const window: IntervalsWindow;

const example = join(import.meta.dirname, '../../examples/react');
const PAYMENT = 'https://pay.example/p/MED-2291';
const why = noBrowser();

describe.skipIf(why !== undefined)(`React example${because(why)}`, () => {
  let relay: TestRelay;
  let server: ChildProcess;
  let origin: string;
  let said = '';
  let browser: Browser;
  let kiosk: KioskPage;
  let app: Page;

  beforeAll(async () => {
    relay = await startRelay({ env: { BASE_PATH: '/counterqr', AGENT_JWT_SECRET } });
    server = spawn(process.execPath, ['server.mjs'], {
      cwd: example,
      env: { ...process.env, AGENT_JWT_SECRET, RELAY_URL: relay.origin.replace('localhost', '127.0.0.1'), PORT: '0' },
    });
    server.stdout?.on('data', (data: Buffer) => (said += data.toString()));
    server.stderr?.on('data', (data: Buffer) => (said += data.toString()));
    origin = await until('the web app is up', () => /http:\/\/localhost:\d+/.exec(said)?.[0], {
      otherwise: () => said,
    });
    browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(`${origin}/counterqr/kiosk/?name=REACT-PC&display=virtual&baud=115200#enrol=${KEYS.enrol}`);
    kiosk = new KioskPage(page, browser);
    await kiosk.untilReady();
    await preferQuickPictures(relay, await deviceIdOf(relay, 'REACT-PC'));
    app = await browser.newPage();
    await app.goto(origin);
  });
  afterAll(async () => {
    await browser?.close();
    if (server && server.exitCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    }
    await relay?.remove();
  });
  printOnFailure({
    kiosk: () => kiosk?.facts(),
    console: () => lastLines(browser?.console),
    'web app': () => said,
    relay: () => lastLines(relay?.output),
  });

  const linkedAgent = async (): Promise<unknown> => {
    const { body } = await relay.call<{ devices: { agent_id: unknown }[] }>('GET', '/list', { key: KEYS.admin });
    return body.devices[0]?.agent_id;
  };
  const logIn = async (): Promise<void> => {
    await app.getByLabel('Agent').fill('Asha');
    await app.getByRole('button', { name: 'Log in' }).click();
    await app.getByText('Display linked: device_REACT-PC').waitFor();
  };
  const showQr = async (): Promise<string> => {
    await app.getByRole('button', { name: 'Show QR' }).click();
    await app.locator('[data-state=displayed]').waitFor();
    return (await kiosk.facts()).command ?? '';
  };
  const onScreen = async (): Promise<unknown[]> => Object.values(readByOthers(await kiosk.previewPng()));

  it('links this PC’s display on log-in, without a question', async () => {
    await logIn();
    expect(await linkedAgent()).toBe('asha');
  });

  it('asks before it takes the display over from another agent', async () => {
    const deviceId = await deviceIdOf(relay, 'REACT-PC');
    await relay.call('POST', '/link', {
      body: { agent_id: 'ravi', agent_name: 'Ravi', device_id: deviceId, takeover: true },
    });
    await app.reload();
    await app.getByLabel('Agent').fill('Asha');
    await app.getByRole('button', { name: 'Log in' }).click();
    await app.getByText('Another agent has this display.').waitFor();
    expect(await linkedAgent()).toBe('ravi');
    await app.getByRole('button', { name: 'Take it over' }).click();
    await app.getByText('Display linked: device_REACT-PC').waitFor();
    expect(await linkedAgent()).toBe('asha');
  });

  it('shows the customer’s QR and says so when it is on the screen', async () => {
    await showQr();
    await until('the screen shows the payment', async () => (await onScreen()).every((text) => text === PAYMENT));
  });

  it('tells of the newest QR only, however late an answer about an older one comes', async () => {
    const before = (await kiosk.facts()).command ?? '';
    const isOf = (commandId: string) => (request: Request) => request.url().includes(`/command/${commandId}`);
    const stopped = app.waitForEvent('requestfailed', isOf(before));
    let release = (): void => undefined;
    let late = '';
    const held = new Promise<void>((resolve) => (release = resolve));
    await app.route(
      '**/api/device/qr',
      async (route) => {
        const response = await route.fetch();
        late = ((await response.json()) as { command_id: string }).command_id;
        await held;
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    const show = app.getByRole('button', { name: 'Show QR' });
    await show.click();
    // Nobody listens for the one before any more.
    await stopped;
    await until('the relay has the second', () => late !== '');
    const newest = await showQr();
    expect(newest).not.toBe(late);
    const asked: string[] = [];
    app.on('request', (request) => asked.push(request.url()));
    const answered = app.waitForEvent('requestfinished', (request) => request.url().endsWith('/api/device/qr'));
    release();
    await answered;
    await app.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(asked.filter((url) => url.includes(late))).toEqual([]);
    expect(await app.locator('[role=status][data-state]').getAttribute('data-state')).toBe('displayed');
  });

  it('takes it off when the payment is there', async () => {
    await app.getByRole('button', { name: 'Payment received' }).click();
    await app.locator('[data-state=cleared][data-reason=paid_reported]').waitFor();
    await until('the QR is gone', async () => !(await onScreen()).includes(PAYMENT));
  });

  it('takes it off when the tab is closed, also after the token that showed it is over', async () => {
    await app.close();
    app = await browser.newPage();
    await app.addInitScript(HOLD_INTERVALS);
    const tokens: string[] = [];
    await app.route('**/token', async (route) => {
      // The relay takes a token for 30 s after its end, so this one is over in six seconds.
      tokens.push(await tokenFor('asha', tokens.length === 0 ? -24 : 300));
      await route.fulfill({ json: { token: tokens.at(-1) } });
    });
    await app.goto(origin);
    await logIn();
    const commandId = await showQr();
    await until('its first token is over', async () => {
      const { status } = await relay.call('GET', '/link?agent_id=asha', { key: tokens[0] ?? '' });
      return status === 401;
    });
    // The time until the renewal passes.
    const [afterMs] = await app.evaluate(async () => {
      for (const { work } of window.intervals) await work();
      return window.intervals.map((interval) => interval.afterMs);
    });
    // With room for a round that fails, and for one that Chrome holds back for a minute.
    expect(afterMs).toBeLessThanOrEqual(120_000);
    await app.close({ runBeforeUnload: true });
    expect(await relay.reaches(commandId, ['cleared'])).toMatchObject({ state: 'cleared', reason: 'closed' });
  });

  it('takes the QR off and frees the display on log-out', async () => {
    app = await browser.newPage();
    await app.goto(origin);
    await logIn();
    const commandId = await showQr();
    const refused: string[] = [];
    app.on('response', (response) => {
      if (!response.ok()) refused.push(`${response.status()} ${response.url()}`);
    });
    await app.getByRole('button', { name: 'Log out' }).click();
    await app.getByRole('heading', { name: 'Counter app' }).waitFor();
    expect(await linkedAgent()).toBeNull();
    expect(await relay.reaches(commandId, ['cleared'])).toMatchObject({ state: 'cleared' });
    await until('the QR is gone', async () => !(await onScreen()).includes(PAYMENT));
    // Nothing is left to be done without a token.
    expect(refused).toEqual([]);
  });
});
