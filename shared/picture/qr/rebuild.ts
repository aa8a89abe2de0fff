/**
 * A code that was read is drawn anew, exactly as its maker drew it: the sampled modules are corrected by the code's own
 * check codewords and put back into clean function patterns of the same version, level and mask. A logo, a tint, the
 * dirt of a JPEG are gone. (Coding the payload again would do the same only where both encoders split it into the same
 * modes.)
 */
import { encode } from 'uqr';
import { blockPlaces } from './blocks.ts';
import type { FoundCode } from './reader.ts';
import { correct } from './reed-solomon.ts';
import { difference, matrixOf, type QrMatrix, type QrSymbol } from './symbol.ts';

/** When more modules than this differ, something else than errors was corrected; then what was seen is kept. */
const MOST_DIFFERENCE = 0.12;

export function rebuild(found: FoundCode): QrSymbol {
  const { version, ecc, payload, text, matrix } = found;
  const exact = corrected(found);
  const trusted = exact !== undefined && difference(exact, matrix) <= MOST_DIFFERENCE;
  return { matrix: trusted ? exact : matrix, version, ecc, payload, text };
}

/** Undefined where the sampled modules hold more errors than the code can correct. */
function corrected({ matrix, version, ecc, mask }: FoundCode): QrMatrix | undefined {
  const clean = encode('', { minVersion: version, maxVersion: version, ecc, maskPattern: mask, border: 0 });
  const places = dataPlaces(clean.types);
  const codewords = new Uint8Array(places.length >> 3);
  const flipped = (at: number): number => (MASKS[mask](at % matrix.size, Math.floor(at / matrix.size)) ? 1 : 0);
  codewords.forEach((_, c) => {
    for (let bit = 0; bit < 8; bit++) {
      const at = places[c * 8 + bit];
      codewords[c] |= (matrix.dark[at] ^ flipped(at)) << (7 - bit);
    }
  });
  const { checks, blocks } = blockPlaces(version, ecc, codewords.length);
  for (const block of blocks) {
    const words = Uint8Array.from(block, (place) => codewords[place]);
    if (!correct(words, checks)) return undefined;
    block.forEach((place, i) => (codewords[place] = words[i]));
  }
  const { size, dark } = matrixOf(clean.data);
  places.forEach((at, i) => {
    // The few bits after the last codeword are zeros.
    const bit = i >> 3 < codewords.length ? (codewords[i >> 3] >> (7 - (i & 7))) & 1 : 0;
    dark[at] = bit ^ flipped(at);
  });
  return { size, dark };
}

/** uqr's mark of modules that hold data. */
const DATA = 0;

/**
 * Indexes of the data modules in the order of the bits: column pairs from the right, up and down in turn (ISO/IEC
 * 18004, 7.7.3).
 */
export function dataPlaces(types: readonly (readonly number[])[]): number[] {
  const size = types.length;
  const places: number[] = [];
  let upwards = true;
  for (let right = size - 1; right > 0; right -= 2) {
    // The upright timing pattern is no part of any pair.
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = upwards ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (types[y][x] === DATA) places.push(y * size + x);
    }
    upwards = !upwards;
  }
  return places;
}

/** Table 10 of ISO/IEC 18004: which modules are flipped; x is the column, y the row. */
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];
