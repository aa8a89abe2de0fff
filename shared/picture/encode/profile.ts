/**
 * How hard the encoder presses. The numbers are from experiments with five ESP32 decoders and simulated captures
 * (docs/picture.md): a stronger setting still decodes from the file and then fails in front of a camera, so they are
 * not to be turned further.
 */
import type { Codebook } from './codebook.ts';

export interface Profile {
  readonly name: 'crisp' | 'fast' | 'fine';
  /** Quantisation table in natural order. */
  readonly table: Uint8Array;
  /** For sheets whose modules are four to a block; without it every block is searched for. */
  readonly codebook?: Codebook;
  /** Dark pixels up to this level and light ones from that level cost nothing … */
  readonly darkAtMost: number;
  readonly lightAtLeast: number;
  /** … but for this share of the squared error, which keeps contrast from drifting to the thresholds everywhere. */
  readonly driftWeight: number;
  /** The same for dark pixels: level 32 shows 1 % of white's light, so that there is little to lose. */
  readonly darkDriftWeight: number;
  /** Weight of a pixel beside one of the other colour: a camera blurs it anyway. */
  readonly borderWeight: number;
  /** Squared grey levels that one bit is worth. */
  readonly lambda: number;
  /** Pixels may leave 0…255 by this much before it costs; some decoders wrap what leaves by far. */
  readonly overshoot: number;
}

/** @param step of all others */
function tableOf(special: Readonly<Record<number, number>>, step: number): Uint8Array {
  const table = new Uint8Array(64).fill(step);
  for (const [index, value] of Object.entries(special)) table[Number(index)] = value;
  return table;
}

/** Natural index of the coefficient with vertical frequency `v` and horizontal frequency `u`. */
const at = (v: number, u: number): number => v * 8 + u;

export const CRISP: Profile = {
  name: 'crisp',
  // A 4 px module is described by (0,1), (1,0), (1,1) and little of (0,3), (3,0). At these steps no level is beyond 3,
  // so that a handful of symbols say it all, and their codes are short. The codebook and the shades use (1,3), (3,1),
  // (0,2) and (2,0), too; the rest is for letters, which have finer strokes.
  table: tableOf(
    {
      [at(0, 0)]: 255,
      [at(0, 1)]: 240,
      [at(1, 0)]: 240,
      [at(1, 1)]: 225,
      [at(0, 2)]: 255,
      [at(2, 0)]: 255,
      [at(0, 3)]: 162,
      [at(3, 0)]: 162,
      [at(1, 3)]: 255,
      [at(3, 1)]: 255,
    },
    200,
  ),
  codebook: {
    allLight: [[4]],
    allDark: [[-3]],
    halves: [0, -3, 0, 0, 0, 0, 2],
    stacked: [0, 0, -3, 0, 0, 0, 0, 0, 0, 2],
    corner: [2, -2, -2, 0, -2, 0, 1, 0, 0, 1],
    diagonal: [0, 0, 0, 0, -3, 0, 0, 0, 0, 0, 0, 1, 0, 1],
  },
  darkAtMost: 35,
  lightAtLeast: 220,
  driftWeight: 0.15,
  darkDriftWeight: 0.01,
  borderWeight: 0.35,
  lambda: 400,
  overshoot: 56,
};

export const FAST: Profile = {
  name: 'fast',
  table: tableOf({}, 255),
  codebook: {
    allLight: [[4]],
    allDark: [[-3]],
    halves: [0, -4, 0, 0, 0, 0, 2],
    stacked: [0, 0, -4, 0, 0, 0, 0, 0, 0, 2],
    corner: [2, -2, -2, 0, -1],
    diagonal: [0, 0, 0, 0, -3, 0, 0, 0, 0, 0, 0, 1, 0, 1],
  },
  darkAtMost: 40,
  lightAtLeast: 215,
  driftWeight: 0.04,
  darkDriftWeight: 0.01,
  borderWeight: 0.35,
  lambda: 600,
  overshoot: 64,
};

/**
 * For edges anywhere in a block: modules of other sizes than 4 and 8 px, and on quick wires letters below 4 px modules.
 */
export const FINE: Profile = {
  name: 'fine',
  // White is ten steps of the first coefficient (10 x 102 / 8 = 127.5).
  table: tableOf({}, 102),
  darkAtMost: 30,
  lightAtLeast: 230,
  driftWeight: 0.1,
  darkDriftWeight: 0.02,
  borderWeight: 0.6,
  lambda: 80,
  overshoot: 56,
};
