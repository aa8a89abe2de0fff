/**
 * Displays of other habits, through real Chromium: the first QR and the second are on the display, each at its first delivery. Prints how long
 * each took; what it may take is held on the simulator's clock (tests/contracts/unit-rows.ts).
 */
import { describe, expect, it } from 'vitest';
import type { PtyDisplayOptions } from '../../support/simulator/pty-display.ts';
import { Counter } from '../../support/browser/counter.ts';
import { because, noSerialRig } from '../../support/requirements.ts';

const why = noSerialRig();
const AGENT = 'agent-18';
const NO_WINDOWS = { stop: 0, start: 0, upload: 0 } as const;
const DISPLAYS: readonly (readonly [string, PtyDisplayOptions])[] = [
  ['deaf for 0.2 s after stoprotation', { variant: { deafMs: { ...NO_WINDOWS, stop: 200 } } }],
  ['deaf for 1.8 s after stoprotation', { variant: { deafMs: { ...NO_WINDOWS, stop: 1_800 } } }],
  ['deaf for 1.2 s after an upload', { variant: { deafMs: { ...NO_WINDOWS, upload: 1_200 } } }],
  ['draws for 0.7 s and loses what it hears meanwhile', { variant: { drawMs: 700, whileDrawing: 'drops' } }],
  ['says OK without a line end', { variant: { ackEnds: 'none' } }],
  ['boots without a word, at 230400 baud only', { baudRate: 230_400, variant: { banner: 'none' } }],
];

describe.skipIf(why !== undefined).each(DISPLAYS)(
  `A display through real Chromium${because(why)}: %s`,
  (name, board) => {
    const counter = new Counter({ name: 'OTHER-PC', agent: AGENT, board }).forAllTests();

    it('shows the first QR and the second', { timeout: 120_000 }, async () => {
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
    });
  },
);
