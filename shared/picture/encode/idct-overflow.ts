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

const columns = [new Float64Array(8), new Float64Array(8)];
const rows = [new Float64Array(8), new Float64Array(8)];

/** @param block quantised, zigzag order @param table steps, natural order */
export function avoidsIdctOverflow(block: Int16Array, table: Uint8Array): boolean {
  for (const sums of [...columns, ...rows]) sums.fill(0);
  for (let i = 1; i < 64; i++) {
    if (block[i] === 0) continue;
    const [u, v] = [ZIGZAG[i] & 7, ZIGZAG[i] >> 3];
    const value = block[i] * table[ZIGZAG[i]] * SCALE[u];
    columns[0][u] += value * SCALE[v] * FIRST[v];
    columns[1][u] += value * SCALE[v] * SECOND[v];
    if (u % 2 === 0) continue;
    const wave = WAVE[v];
    for (let row = 0; row < 8; row++) {
      rows[0][row] += value * FIRST[u] * wave[row];
      rows[1][row] += value * SECOND[u] * wave[row];
    }
  }
  for (const sums of [...columns, ...rows]) for (let i = 0; i < 8; i++) if (Math.abs(sums[i]) > MOST) return false;
  return true;
}
