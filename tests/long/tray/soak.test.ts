/**
 * A counter's day with the tray, without the pauses: the Linux executable takes as many QRs as a counter has in a long
 * day, as fast as a display on a real driver lets it, with faults in between. Every QR must be on the screen, and the
 * memory must stay low. Whether it grows is asked of a day in real time, by `npm run tray:soak`: docs/tray.md says why.
 */
import { describe, expect, it } from 'vitest';
import { because } from '../../support/requirements.ts';
import { noTrayBinary } from '../../support/tray/binary.ts';
import { liveTrayDay, MAX_MB } from '../../support/tray/day.ts';
import { trayCounter } from '../../support/tray/for-all-tests.ts';

const AGENT = 'agent-all-day';
/** One every two minutes, for eight hours. */
const CUSTOMERS = 240;

const why = noTrayBinary();
describe.skipIf(why !== undefined)(`a day of the tray${because(why)}`, () => {
  const counter = trayCounter({
    name: 'ALL-DAY-PC',
    agent: AGENT,
    board: { baudRate: 230_400 },
    settings: { baud_rates: '230400' },
    relayEnv: { LOG_LEVEL: 'warn' },
  });

  it('shows every QR in spite of the faults, and never takes more memory than it may', async () => {
    const day = await liveTrayDay(counter, AGENT, { goesOn: (shown) => shown < CUSTOMERS, looks: 'none' });
    console.log(`${day.shown} QRs, ${day.faults} faults: ${day.peakMb.toFixed(1)} MB at most`);
    expect(day.shown).toBe(CUSTOMERS);
    expect(day.faults).toBe(CUSTOMERS / 20);
    expect(day.peakMb).toBeLessThan(MAX_MB);
  });
});
