/**
 * What goes wrong with the relay, played through real Chromium and a real relay. The whole list runs beside
 * shared/station/poll-loop.ts.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Counter } from '../../support/browser/counter.ts';
import { customerScans } from '../../support/simulator/screen.ts';
import { deviceIdOf, kioskUrl } from '../../support/browser/kiosk-page.ts';
import { because, noSerialRig } from '../../support/requirements.ts';
import { until } from '../../support/wait.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const why = noSerialRig();
const NAME = 'UNHEARD-PC';
const AGENT = 'agent-14';
/** What a busy machine may add to times that are exact on the simulator. */
const SLACK_MS = 3_000;

describe.skipIf(why !== undefined)(`Relay faults through real Chromium${because(why)}`, () => {
  const counter = new Counter({ name: NAME, agent: AGENT }).forAllTests();

  async function timed(work: Promise<void>): Promise<number> {
    const from = performance.now();
    await work;
    return performance.now() - from;
  }

  it('half-open: a relay that takes connections and answers nothing is noticed within 9 s, and back within 3 s', async () => {
    process.kill(counter.relay.pid, 'SIGSTOP');
    const noticedMs = await timed(counter.kiosk.until({ relay: 'offline' }));
    process.kill(counter.relay.pid, 'SIGCONT');
    const backMs = await timed(counter.kiosk.until({ relay: 'online' }));
    console.log(`half-open noticed after ${noticedMs.toFixed(0)} ms, back after ${backMs.toFixed(0)} ms`);
    expect(noticedMs).toBeLessThan(9_000 + SLACK_MS);
    expect(backMs).toBeLessThan(3_000 + SLACK_MS);
    await counter.show('https://pay.example/after-half-open');
  });

  it(
    'a report that could not be sent is kept in IndexedDB, over a crash of the tab, and sent once',
    { timeout: 120_000 },
    async () => {
      const text = 'https://pay.example/kept-report';
      const { command_id } = await counter.relay.postQr(AGENT, text);
      await counter.kiosk.until({ command: command_id, display: 'uploading' });
      await counter.relay.stop('SIGKILL');
      await until('the QR is on the screen', () => customerScans(counter.board.display) === text);
      await counter.kiosk.until({ command: command_id, commandState: 'displayed', relay: 'offline' });
      await counter.crash();
      await counter.kiosk.page.close();

      await counter.relay.start();
      counter.kiosk = await counter.newTab();
      const view = await counter.relay.reaches(command_id, ['displayed', 'failed', 'expired', 'cleared']);
      expect(view.state, JSON.stringify(view)).toBe('displayed');
      expect(view.deliveries).toBe(1);
      await counter.kiosk.untilReady();
    },
  );

  it(
    'a relay that lost its data is registered with again by the set-up link and a yes at the PC, under the same id',
    { timeout: 120_000 },
    async () => {
      await counter.relay.stop('SIGKILL');
      for (const name of readdirSync(counter.relay.dataDir)) removeFolder(join(counter.relay.dataDir, name));
      await counter.relay.start();
      // A registered kiosk keeps no enrol key, so it asks. IT's set-up link brings the key,
      // and the page asks first.
      await counter.kiosk.until({ relay: 'refused' }, { timeoutMs: 60_000 });
      await counter.kiosk.page.goto(kioskUrl(counter.relay, { name: NAME }));
      await counter.kiosk.page.locator('[data-hook=change-set-up]').click();
      await counter.kiosk.untilReady({ timeoutMs: 60_000 });
      expect(await deviceIdOf(counter.relay, NAME)).toBe(counter.deviceId);
      await counter.relay.link(AGENT, counter.deviceId);
      await counter.show('https://pay.example/after-the-loss');
    },
  );
});
