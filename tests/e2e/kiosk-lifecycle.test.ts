/** One owner of the display; and a page or a whole browser that crashed is back to ready by itself. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Counter } from '../support/browser/counter.ts';
import { deviceIdOf, type KioskPage } from '../support/browser/kiosk-page.ts';
import { because, noSerialRig } from '../support/requirements.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { shownPicture } from '../support/simulator/screen.ts';
import { until } from '../support/wait.ts';
import { removeFolder } from '../support/remove-folder.ts';

const why = noSerialRig();
const NAME = 'LIFECYCLE-PC';

describe.skipIf(why !== undefined)(`One tab, all day${because(why)}`, () => {
  const profile = mkdtempSync(join(tmpdir(), 'counterqr-lifecycle-'));
  const counter = new Counter({ name: NAME, agent: 'agent-9', profile }).forAllTests();
  afterAll(() => removeFolder(profile));

  const owner = (page: KioskPage): Promise<string | undefined> =>
    page.page.evaluate(() => document.documentElement.dataset['owner']);

  /** "Last QR" is of what the customer sees, no matter who put it there. */
  async function saysItIsThere({ page }: KioskPage, text: string): Promise<void> {
    const said = page.locator('status-fact[data-hook=fact-qr] [data-hook=word]');
    await until(
      'the page says that the QR is on the display',
      async () => (await said.innerText()) === 'On the display',
      {
        otherwise: () => said.innerText(),
      },
    );
    expect(new Set(Object.values(readByOthers(shownPicture(counter.board.display))))).toEqual(new Set([text]));
  }

  it('keeps a second tab passive, which says so and takes over when the first closes', async () => {
    const second = await counter.newTab();
    await until('the second tab is passive', async () => (await owner(second)) === 'passive');
    expect(await second.page.locator('[data-hook=passive]').innerText()).toMatch(/open in another tab/i);
    const opens = counter.board.opens;
    await counter.show('https://pay.example/p/two-tabs');
    expect(counter.board.opens).toBe(opens);

    await counter.kiosk.page.close();
    counter.kiosk = second;
    await until('the second tab owns the display', async () => (await owner(second)) === 'owner');
    await second.untilReady();
    expect(await deviceIdOf(counter.relay, NAME)).toBe(counter.deviceId);
    await saysItIsThere(second, 'https://pay.example/p/two-tabs');
    await counter.show('https://pay.example/p/second-tab');
  });

  it('still says after a reload that the QR is on the display', async () => {
    await counter.kiosk.page.reload();
    await counter.kiosk.untilReady();
    await saysItIsThere(counter.kiosk, 'https://pay.example/p/second-tab');
  });

  it('is ready again after its page crashed and was loaded anew', async () => {
    await counter.crash();
    await until('the crash let go of the port', () => !counter.board.open);
    await counter.kiosk.page.close();
    counter.kiosk = await counter.newTab();
    await counter.kiosk.untilReady();
    expect(await deviceIdOf(counter.relay, NAME)).toBe(counter.deviceId);
    await counter.show('https://pay.example/p/after-crash');
  });

  it('is ready again after the whole browser was started anew', async () => {
    await counter.browser.close();
    await counter.openBrowser();
    counter.kiosk = await counter.newTab();
    await counter.kiosk.untilReady();
    expect(await deviceIdOf(counter.relay, NAME)).toBe(counter.deviceId);
    await counter.show('https://pay.example/p/new-browser');
  });
});
