/** "Check this display" as an agent and an admin have it: in Chromium, over real Web Serial, on a simulated ESP32. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DisplayReport } from '../../shared/display/display-report.ts';
import { Counter } from '../support/browser/counter.ts';
import { KEYS } from '../support/process/relay.ts';
import { because, noSerialRig } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const why = noSerialRig();
const NAME = 'SHOWROOM-PC-18';

describe.skipIf(why !== undefined)(`a check of a display over real Web Serial${because(why)}`, () => {
  const counter = new Counter({
    name: NAME,
    agent: 'agent-18',
    board: { variant: { fileinfo: true, deletes: 'images', nativeDeafMs: 600 } },
  }).forAllTests();
  const hook = (name: string) => counter.kiosk.page.locator(`[data-hook=${name}]`);
  const stage = (name: string) => counter.kiosk.page.locator(`[data-hook=check][data-stage=${name}]`);

  it('asks the display, then the person, and says what was found and what is advised', async () => {
    await hook('check-display').click();
    await stage('scan').waitFor({ timeout: 60_000 });
    expect(counter.board.display.screen).toMatchObject({ kind: 'native', name: 'qr' });
    await hook('scanned-yes').click();
    await stage('done').waitFor();
    const found = await hook('check').innerText();
    expect(found).toContain('It answers at 9600 baud: “ESP32 Chip model = 9, Rev 0”.');
    expect(found).toContain('It lists its files.');
    expect(found).toContain('A person could scan the code that it drew.');
    expect(await hook('advice').innerText()).toMatch(
      /^It draws codes by itself: choose native, [2-9]\d* times faster\.$/,
    );
    await until('the board rotates', () => counter.board.display.screen.kind === 'rotation');
    await counter.kiosk.untilReady();
  });

  it('says the same in French', async () => {
    await hook('locale-fr').click();
    await until('the advice is French', async () => (await hook('advice').innerText()).startsWith('Il dessine'));
    expect(await hook('check-display').innerText()).toContain('Vérifier cet écran');
    await hook('locale-en').click();
  });

  it('leaves a unit report as the last line of the log, with all that crossed the cable and no text of a screen', async () => {
    const { page } = counter.kiosk;
    await page.locator('event-log summary').click();
    const [download] = await Promise.all([page.waitForEvent('download'), hook('download-log').click()]);
    const text = readFileSync(await download.path(), 'utf8');
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    const report = v.parse(DisplayReport, JSON.parse(last));
    expect(report.port).toMatchObject({ usb_vendor_id: 0x1a86, usb_product_id: 0x7523 });
    const lines = report.events.flatMap((event) => (event.kind === 'line' ? [event.text] : []));
    for (const line of ['test', 'fileinfo', 'startrotation', 'stoprotation', 'delete**images**1.jpeg'])
      expect(lines).toContain(line);
    expect(lines.some((line) => /^DisplayQRCodeScreen\*\*<\d+>\*\*<\d+>\*\*<\d+>$/.test(line))).toBe(true);
    expect(report.events.some(({ kind }) => kind === 'bytes')).toBe(true);
    expect(last).not.toContain('COUNTER QR');
    expect(text).not.toContain(KEYS.enrol);
  });

  it('asked for by an admin asks nobody at the counter, and the relay has what was found', async () => {
    const { body } = await counter.relay.call<{ command_id: string }>('POST', `/device/${counter.deviceId}/check`, {
      key: KEYS.admin,
      body: {},
    });
    const view = await counter.relay.reaches(body.command_id, ['cleared', 'failed', 'expired'], 90_000);
    expect(view, JSON.stringify(view)).toMatchObject({
      state: 'cleared',
      reason: 'done',
      picture: { check: { baud: 9_600, fileinfo: 'yes', deletes: 'images', own_code: 'words', advice: 'scan_first' } },
    });
  });

  it('gives way to a customer: the QR is shown, and the page says why the check ended', async () => {
    await until('the board rotates', () => counter.board.display.screen.kind === 'rotation');
    // The idle picture may still be on its way.
    await until('a check begins', async () => {
      if ((await stage('looking').count()) > 0) return true;
      await hook('check-display').click();
      return false;
    });
    await until('the display shows the test card', () => counter.board.display.screen.kind === 'picture');
    await counter.show('https://pay.example/p/goes-first');
    await until('the page says so', async () => (await hook('notice').innerText()).includes('goes first'));
  });
});
