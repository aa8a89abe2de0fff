/**
 * Displays of other habits, through real Chromium: the first QR and the second are on the display, each at its first
 * delivery. The second costs no more than the bytes on the wire and the windows that are known by then; what each may
 * take to the tenth of a second is held on the simulator's clock (tests/contracts/display-rows.ts).
 */
import { describe, expect, it } from 'vitest';
import type { PtyDisplayOptions } from '../../support/simulator/pty-display.ts';
import { Counter } from '../../support/browser/counter.ts';
import { because, noSerialRig } from '../../support/requirements.ts';

const why = noSerialRig();
const AGENT = 'agent-18';
const NO_WINDOWS = { stop: 0, start: 0, upload: 0 } as const;
/**
 * What the windows cost a QR right after another: `stoprotation` opens one at the end of the first and one before the
 * second.
 */
const DISPLAYS: readonly (readonly [string, PtyDisplayOptions, number])[] = [
  ['as in the design', {}, 0],
  ['deaf for 0.2 s after stoprotation', { variant: { deafMs: { ...NO_WINDOWS, stop: 200 } } }, 2 * 200],
  ['deaf for 1.8 s after stoprotation', { variant: { deafMs: { ...NO_WINDOWS, stop: 1_800 } } }, 2 * 1_800],
  ['deaf for 1.2 s after an upload', { variant: { deafMs: { ...NO_WINDOWS, upload: 1_200 } } }, 1_200],
  ['draws for 0.7 s and loses what it hears meanwhile', { variant: { drawMs: 700, whileDrawing: 'drops' } }, 700],
  ['says OK without a line end', { variant: { ackEnds: 'none' } }, 0],
  ['boots without a word, at 230400 baud only', { baudRate: 230_400, variant: { banner: 'none' } }, 0],
];
/** Of the display as in the design, in this run. */
let plainMs = Number.NaN;
/** After a code that the display draws by itself, and what such a code takes from the post without a window. */
const NATIVE_WINDOW_MS = 1_200;
const NATIVE_MS = 700;
/** A busy PC is late with everything. */
const BUSY = 1.25;
const MORE_MS = 500;

describe.skipIf(why !== undefined).each(DISPLAYS)(
  `A display through real Chromium${because(why)}: %s`,
  (name, board, windowsMs) => {
    const counter = new Counter({ name: 'OTHER-PC', agent: AGENT, board }).forAllTests();

    it('shows the first QR and the second, which costs what its windows cost', { timeout: 120_000 }, async () => {
      const took: number[] = [];
      for (const order of [1, 2]) {
        const began = performance.now();
        const view = await counter.show(
          `https://pay.example/${order}?`.padEnd(150, 'amount=1250.00&currency=MUR&'),
          60_000,
        );
        took.push(performance.now() - began);
        expect(view).toMatchObject({ state: 'displayed', deliveries: 1 });
      }
      console.log(`${name.padEnd(52)} first ${took.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', then ')}`);
      if (Number.isNaN(plainMs)) plainMs = took[1] ?? Number.NaN;
      expect(took[1]).toBeLessThan(BUSY * (plainMs + windowsMs) + MORE_MS);
    });
  },
);

describe.skipIf(why !== undefined)(
  `A display through real Chromium${because(why)}: draws codes by itself and is deaf for 1.2 s after each`,
  () => {
    const counter = new Counter({
      name: 'NATIVE-PC',
      agent: AGENT,
      board: { variant: { nativeDeafMs: NATIVE_WINDOW_MS } },
      relayEnv: { DRAW: 'native' },
    }).forAllTests();

    it('shows both at their first delivery, the second for what its window costs', { timeout: 120_000 }, async () => {
      const took: number[] = [];
      for (const order of [1, 2]) {
        const text = `https://pay.example/${order}?`.padEnd(150, 'amount=1250.00&currency=MUR&');
        const began = performance.now();
        const { command_id } = await counter.relay.postQr(AGENT, text);
        const view = await counter.relay.reaches(command_id, ['displayed', 'failed', 'expired'], 60_000);
        took.push(performance.now() - began);
        expect(view).toMatchObject({ state: 'displayed', deliveries: 1, picture: { drawn_by: 'display' } });
        expect(counter.board.display.screen).toMatchObject({ kind: 'native', name: 'qr', args: [text, '', ''] });
      }
      console.log(
        `${'draws codes, deaf for 1.2 s after each'.padEnd(52)} first ${took.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', then ')}`,
      );
      expect(took[1]).toBeLessThan(BUSY * (NATIVE_WINDOW_MS + NATIVE_MS) + MORE_MS);
    });
  },
);
