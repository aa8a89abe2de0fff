/**
 * Chrome unloads a hidden tab to save memory: the kiosk is ready by itself as soon as its tab is looked at again. A
 * tab's renderer dies: another kiosk tab that has been waiting takes over at once, without anybody looking (the window
 * that IT's policies open for it: standby.test.ts); a tab that was alone stays at Chrome's own “Aw, Snap!”, which
 * nothing in a page can leave (neither showing the tab nor its service worker loads it again), and is ready by itself
 * once its button Reload was pressed. Nothing is set up again, no picker, no click in the page.
 */
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { Counter } from '../../support/browser/counter.ts';
import { deviceIdOf, KioskPage } from '../../support/browser/kiosk-page.ts';
import { because, noSerialRig } from '../../support/requirements.ts';
import { TabKeeper, tabKeeperExtension } from '../../support/browser/tab-keeper.ts';
import { until } from '../../support/wait.ts';

const why = noSerialRig();
const NAME = 'UNLOADED-PC';
const AGENT = 'agent-15';

describe.skipIf(why !== undefined)(`A kiosk tab that Chrome unloads${because(why)}`, () => {
  const extension = tabKeeperExtension();
  const counter = new Counter({ name: NAME, agent: AGENT, extension: extension.folder }).forAllTests();
  afterAll(() => extension.remove());

  async function theKeeper(skip: TestContext['skip']): Promise<TabKeeper> {
    const keeper = await TabKeeper.of(counter.browser.context);
    return keeper ?? skip('this browser loads no unpacked extension, by which the test unloads tabs');
  }
  const theTab = async (keeper: TabKeeper): Promise<number> => {
    const [tab] = await keeper.tabs('/kiosk/');
    if (!tab) throw new Error('There is no kiosk tab.');
    return tab.id;
  };
  /** The page of a tab that was loaded anew. */
  const newestKiosk = (): Promise<KioskPage> =>
    until('the kiosk is loaded again', () => {
      const page = counter.browser.context.pages().findLast((each) => each.url().includes('/kiosk/'));
      return page && new KioskPage(page, counter.browser);
    });

  async function hideKiosk(): Promise<void> {
    const other = await counter.browser.newPage();
    await other.bringToFront();
  }

  it(
    'is ready by itself when it is looked at again, and shows what was posted meanwhile',
    { timeout: 120_000 },
    async ({ skip }) => {
      const keeper = await theKeeper(skip);
      await keeper.pin(await theTab(keeper));
      await hideKiosk();
      const unloaded = await keeper.discard(await theTab(keeper));
      await until('the port is let go of', () => !counter.board.open);
      const text = 'https://pay.example/p/posted-while-unloaded';
      const { command_id } = await counter.relay.postQr(AGENT, text);

      await keeper.activate(unloaded);
      counter.kiosk = await newestKiosk();
      await counter.kiosk.untilReady();
      expect((await counter.relay.reaches(command_id, ['displayed', 'failed', 'expired'])).state).toBe('displayed');
      expect(await deviceIdOf(counter.relay, NAME)).toBe(counter.deviceId);
      await counter.show('https://pay.example/p/after-the-discard');
    },
  );

  it(
    'is ready by itself after the one press of Reload that Chrome wants when the renderer of a lone tab has died',
    { timeout: 120_000 },
    async ({ skip }) => {
      const keeper = await theKeeper(skip);
      const tab = await theTab(keeper);
      await counter.crash();
      await until('the port is let go of', () => !counter.board.open);
      const text = 'https://pay.example/p/posted-after-the-crash';
      const { command_id } = await counter.relay.postQr(AGENT, text);
      await keeper.reload(tab);
      // The test's own hold on that page died with it; the relay and the board tell that it is back.
      expect((await counter.relay.reaches(command_id, ['displayed', 'failed', 'expired'])).state).toBe('displayed');
      expect(await deviceIdOf(counter.relay, NAME)).toBe(counter.deviceId);
      await counter.show('https://pay.example/p/after-the-reload');
    },
  );

  it('hands over to another kiosk tab at once, without anybody looking', { timeout: 120_000 }, async ({ skip }) => {
    const keeper = await theKeeper(skip);
    const owner = await theTab(keeper);
    const second = await counter.newTab();
    await until('the second tab is passive', async () => (await second.facts()).owner === 'passive');
    await keeper.discard(owner);
    counter.kiosk = second;
    await until('the second tab owns the display', async () => (await second.facts()).owner === 'owner');
    await second.untilReady();
    await counter.show('https://pay.example/p/taken-over');
  });

  it('hands over when its renderer dies, too', { timeout: 120_000 }, async () => {
    const second = await counter.newTab();
    await until('the second tab is passive', async () => (await second.facts()).owner === 'passive');
    await counter.crash();
    counter.kiosk = second;
    await second.untilReady();
    await counter.show('https://pay.example/p/after-the-crash');
  });
});
