/**
 * A display that draws by itself, as the kiosk page's virtual display shows it, and a recording of what crossed its
 * cable (`&record`).
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DisplayReport } from '../../shared/display/display-report.ts';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { deviceIdOf, openKiosk, type KioskPage } from '../support/browser/kiosk-page.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { until } from '../support/wait.ts';

const why = noBrowser();
const NAME = 'NATIVE-PC';
const AGENT = 'agent-8';
const PAYLOAD = 'https://pay.example/p/native?amount=1250.00';

describe.skipIf(why !== undefined)(`the virtual display that draws by itself${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let kiosk: KioskPage;
  const screen = (kind: string) => kiosk.page.locator(`screen-preview [data-hook=glass][data-screen=${kind}]`);

  beforeAll(async () => {
    relay = await startRelay();
    browser = await openBrowser();
    kiosk = await openKiosk(browser, relay, { name: NAME, display: 'virtual', query: { record: '' } });
    await kiosk.untilReady();
    const deviceId = await deviceIdOf(relay, NAME);
    await relay.link(AGENT, deviceId);
    const body = { draw: 'native', welcome_text: 'Welcome to the desk' };
    const { status } = await relay.call('POST', `/device/${deviceId}/settings`, { key: KEYS.admin, body });
    expect(status).toBe(200);
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.remove();
  });

  it('shows the code that its firmware drew, as other decoders read it, and the report says who drew it', async () => {
    const { command_id } = await relay.postQr(AGENT, PAYLOAD, { customer_name: 'A. Ramgoolam', amount: 1250 });
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
    expect(view, JSON.stringify(view)).toMatchObject({ state: 'displayed', picture: { drawn_by: 'display' } });
    expect(view.picture).not.toHaveProperty('verified');
    await screen('native').waitFor();
    await until('other decoders read it on the preview', async () =>
      Object.values(readByOthers(await kiosk.previewPng())).every((read) => read === PAYLOAD),
    );

    await relay.call('POST', '/rotation/start', { body: { command_id, reason: 'paid' } });
    await relay.reaches(command_id, ['cleared']);
    await until('the code is gone, and a screen of its own is there', async () => {
      const isNative = (await screen('native').count()) === 1;
      return isNative && !Object.values(readByOthers(await kiosk.previewPng())).includes(PAYLOAD);
    });
  });

  it('was recorded: the last line of the log is its unit report, without payload, name or welcome text', async () => {
    const { page } = kiosk;
    await page.locator('event-log summary').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-hook=download-log]').click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    const report = v.parse(DisplayReport, JSON.parse(last));
    const lines = report.events.flatMap((event) => (event.kind === 'line' ? [event.text] : []));
    const drawn = lines.find((line) => line.startsWith('DisplayQRCodeScreen'));
    expect(drawn).toMatch(new RegExp(`^DisplayQRCodeScreen\\*\\*<${PAYLOAD.length}>\\*\\*<\\d+>\\*\\*<12>$`));
    expect(lines.some((line) => /^DisplaySuccessQRCodeScreen\*\*<0>/.test(line))).toBe(true);
    for (const secret of ['pay.example', 'Ramgoolam', '1,250', KEYS.enrol]) expect(last).not.toContain(secret);
  });
});
