/**
 * A counter's day with the tray, without the pauses: the Linux executable takes as many QRs as a counter has in a long day, as fast as a display
 * on a real driver lets it, with faults in between. Every QR must be on the glass, and the memory must stay low and flat. The day in real time is
 * `npm run tray:soak`.
 */
import { describe, expect, it } from 'vitest';
import { because } from '../../support/requirements.ts';
import { noTrayBinary } from '../../support/tray/binary.ts';
import { liveTrayDay, MAX_MB } from '../../support/tray/day.ts';
import { trayCounter } from '../../support/tray/for-all-tests.ts';
import { growthMb, MAX_GROWTH_MB } from '../../support/tray/growth.ts';

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

  it('shows every QR in spite of the faults, never takes more memory than it may, and does not grow', async () => {
    const day = await liveTrayDay(counter, AGENT, { goesOn: (shown) => shown < CUSTOMERS });
    const growth = growthMb(day.looks);
    console.log(
      `${day.shown} QRs, ${day.faults} faults: ${day.peakMb.toFixed(1)} MB at most; of its own ` +
        `${day.looks.map(({ ownMb }) => ownMb.toFixed(1)).join(', ')}: ${growth.toFixed(2)} MB more in the last third than in the middle one`,
    );
    expect(day.shown).toBe(CUSTOMERS);
    expect(day.faults).toBe(CUSTOMERS / 20);
    expect(day.peakMb).toBeLessThan(MAX_MB);
    expect(growth).toBeLessThan(MAX_GROWTH_MB);
  });
});
