/** Ten counters at once: ten kiosks, ten agents, every QR on its own agent's display and on no other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCounters, type Browser } from '../support/browser/browser.ts';
import { readByOthers } from '../support/simulator/decode.ts';
import { deviceIdOf, openKiosk, type KioskPage } from '../support/browser/kiosk-page.ts';
import { startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const why = noBrowser();
const COUNTERS = 10;
const ROUNDS = 2;

describe.skipIf(why !== undefined)(`Ten counters at once${because(why)}`, () => {
  let relay: TestRelay;
  let counters: Browser[];
  let closeAll: () => Promise<void>;
  let kiosks: KioskPage[];
  const agents = Array.from({ length: COUNTERS }, (_, index) => `agent-${index}`);

  beforeAll(async () => {
    relay = await startRelay();
    ({ counters, close: closeAll } = await openCounters(COUNTERS));
    kiosks = [];
    // One after the other: ten pages that load at once only wait for each other on two cores.
    for (const [index, counter] of counters.entries())
      kiosks.push(await openKiosk(counter, relay, { name: `COUNTER-${index}`, display: 'virtual' }));
    for (const [index, kiosk] of kiosks.entries()) {
      await kiosk.untilReady({ timeoutMs: 60_000 });
      await relay.link(agents[index] ?? '', await deviceIdOf(relay, `COUNTER-${index}`));
    }
  });
  afterAll(async () => {
    await closeAll?.();
    await relay?.remove();
  });

  for (let round = 1; round <= ROUNDS; round++)
    it(`puts ten QRs posted at once on their own displays, round ${round}`, async () => {
      const texts = agents.map((agent) => `https://pay.example/${agent}/round-${round}`);
      const posted = await Promise.all(agents.map((agent, index) => relay.postQr(agent, texts[index] ?? '')));
      const views = await Promise.all(
        posted.map(({ command_id }) => relay.reaches(command_id, ['displayed', 'failed', 'expired'], 60_000)),
      );
      expect(views.map(({ state }) => state)).toEqual(agents.map(() => 'displayed'));
      expect(new Set(posted.map(({ device_id }) => device_id)).size).toBe(COUNTERS);
      for (const [index, kiosk] of kiosks.entries()) {
        await kiosk.until({ command: posted[index]?.command_id, commandState: 'displayed' });
        await kiosk.page.bringToFront();
        const read = async () => readByOthers(await kiosk.previewPng());
        await until(
          `counter ${index} shows its own QR`,
          async () => Object.values(await read()).every((text) => text === texts[index]),
          { timeoutMs: 10_000, otherwise: read },
        );
      }
    });
});
