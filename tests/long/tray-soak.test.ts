/**
 * A counter's day with the tray, without the pauses: the Linux executable takes as many QRs as a counter has in a long day, as fast as a display
 * on a real driver lets it, with faults in between. Every QR must be on the glass, and the memory must stay low and flat. The day in real time is
 * `npm run tray:soak`.
 */
import { describe, expect, it } from 'vitest';
import { because } from '../rig/requirements.ts';
import { noTrayBinary } from '../rig/tray/binary.ts';
import { liveTrayDay, MAX_GROWTH_MB, MAX_MB } from '../rig/tray/day.ts';
import { trayCounter } from '../rig/tray/for-all-tests.ts';
import { growthPerHundred } from '../rig/tray/growth.ts';

const AGENT = 'agent-all-day';
/** One every three minutes, for nine hours. */
const CUSTOMERS = 180;

const why = noTrayBinary();
describe.skipIf(why !== undefined)(`a day of the tray${because(why)}`, () => {
  const counter = trayCounter({
    name: 'ALL-DAY-PC',
    agent: AGENT,
    board: { baudRate: 230_400 },
    settings: { baud_rates: '230400' },
    relayEnv: { LOG_LEVEL: 'warn' },
  });

  it('shows every QR in spite of the faults, never takes more memory than it may, and does not grow', async () => {
    const day = await liveTrayDay(counter, AGENT, { goesOn: (shown) => shown < CUSTOMERS });
    const growth = growthPerHundred(day.visits);
    const [first, last] = [day.visits[0]?.memoryMb, day.visits.at(-1)?.memoryMb];
    console.log(
      `${day.visits.length} QRs, ${day.faults} faults in ${((day.visits.at(-1)?.atMs ?? 0) / 1_000).toFixed(0)} s: ` +
        `${first?.toFixed(1)} MB after the first, ${last?.toFixed(1)} MB after the last, ${day.peakMb.toFixed(1)} MB at most, ` +
        `growing by ${growth.toFixed(2)} MB a hundred QRs in the second half`,
    );
    expect(day.visits).toHaveLength(CUSTOMERS);
    expect(day.faults).toBe(CUSTOMERS / 20);
    expect(day.peakMb).toBeLessThan(MAX_MB);
    expect(growth).toBeLessThan(MAX_GROWTH_MB);
  });
});
