/**
 * White that turns grey towards the dark beside it, as blocks of one coefficient. A lens mixes light, and a camera
 * stores the mix by gamma: half way between black and white comes out nearer to white, so that dark lines of a code
 * lose 1 to 3 of the camera's pixels. About a code's finder patterns, where a reader begins, the grey gives them their
 * width back (docs/picture.md).
 */
import { inverseDct, ZIGZAG } from './dct.ts';
import { CRISP } from './profile.ts';

/** Where the dark lies that a white block is beside. */
export const SHADED_SIDES = ['left', 'right', 'above', 'below', 'left and right', 'above and below'] as const;
export type ShadedSide = (typeof SHADED_SIDES)[number];

/**
 * In zigzag order: [1] and [2] are the lowest frequencies across and down, [5] and [3] the next ones. Never two of them
 * in one block, which would leave the pixel range by more than decoders bear.
 */
export const SHADE_LEVELS: Readonly<Record<ShadedSide, readonly number[]>> = {
  left: [4, -1],
  right: [4, 1],
  above: [4, 0, -1],
  below: [4, 0, 1],
  'left and right': [4, 0, 0, 0, 0, -1],
  'above and below': [4, 0, 0, -1],
};

/** What the block shows: 64 grey levels, row by row. */
export function shadePixels(side: ShadedSide): Uint8Array {
  const coefficients = new Float64Array(64);
  SHADE_LEVELS[side].forEach((level, i) => (coefficients[ZIGZAG[i]] = level * CRISP.table[ZIGZAG[i]]));
  return Uint8Array.from(Uint8ClampedArray.from(inverseDct(coefficients), (value) => value + 128));
}
