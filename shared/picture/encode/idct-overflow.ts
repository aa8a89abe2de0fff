/**
 * Where the quick inverse transform (Arai, Agui and Nakajima; libjpeg's `fast`, small decoders) overflows 16 bits. It
 * adds the odd coefficients of a column, then of a row. A sum beyond the limit shows a hard edge inverted.
 */
import { basisImage, ZIGZAG } from './dct.ts';

/** 16 bits, of which four are the fraction that decoders keep. */
const MOST = 2047;
/** cos(kπ/16)·√2: the scale that the factorisation leaves to the dequantiser. */
const SCALE = Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2));
/** Of each frequency at each of eight places; 1 for frequency 0. */
const WAVE = Array.from({ length: 8 }, (_, k) => basisImage(k).map((value) => value * 8));

/** Both sums that are multiplied: a1 - a3 + a5 - a7 and a1 - a3 - a5 + a7. */
const FIRST = [0, 1, 0, -1, 0, 1, 0, -1];
const SECOND = [0, 1, 0, -1, 0, -1, 0, 1];

/** Frequencies of the coefficient at each place of the zigzag, and its natural place. */
const NATURAL = Uint8Array.from(ZIGZAG);
const U = NATURAL.map((natural) => natural & 7);
const V = NATURAL.map((natural) => natural >> 3);

const columns = [new Float64Array(8), new Float64Array(8)];
const rows = [new Float64Array(8), new Float64Array(8)];

/** @param block quantised, zigzag order @param table steps, natural order */
export function avoidsIdctOverflow(block: Int16Array, table: Uint8Array): boolean {
  const [firstColumn, secondColumn] = columns;
  const [firstRow, secondRow] = rows;
  for (let i = 0; i < 8; i++) firstColumn[i] = secondColumn[i] = firstRow[i] = secondRow[i] = 0;
  for (let i = 1; i < 64; i++) {
    if (block[i] === 0) continue;
    const u = U[i];
    const v = V[i];
    const value = block[i] * table[NATURAL[i]] * SCALE[u];
    firstColumn[u] += value * SCALE[v] * FIRST[v];
    secondColumn[u] += value * SCALE[v] * SECOND[v];
    if (u % 2 === 0) continue;
    const wave = WAVE[v];
    for (let row = 0; row < 8; row++) {
      firstRow[row] += value * FIRST[u] * wave[row];
      secondRow[row] += value * SECOND[u] * wave[row];
    }
  }
  for (let i = 0; i < 8; i++)
    if (
      Math.abs(firstColumn[i]) > MOST ||
      Math.abs(secondColumn[i]) > MOST ||
      Math.abs(firstRow[i]) > MOST ||
      Math.abs(secondRow[i]) > MOST
    )
      return false;
  return true;
}
