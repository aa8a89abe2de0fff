/**
 * What the quick inverse transform (Arai, Agui and Nakajima; libjpeg's `fast`, small decoders) bears in registers of 16 bits. It adds odd
 * coefficients of a column, then of a row, to sums that must stay within; beyond them a hard edge comes out inverted.
 */
import { basisImage } from './dct.ts';

/** 16 bits, of which four are the fraction that decoders keep. */
const MOST = 2047;
/** cos(kπ/16)·√2: the scale that the factorisation leaves to the dequantiser. */
const SCALE = Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2));
/** Of each frequency at each of eight places; 1 for frequency 0. */
const WAVE = Array.from({ length: 8 }, (_, k) => {
  const image = basisImage(k);
  return Array.from({ length: 8 }, (_, x) => image[x] * 8);
});

const sumsFit = (a1: number, a3: number, a5: number, a7: number): boolean =>
  Math.abs(a5 - a3 + a1 - a7) <= MOST && Math.abs(a1 + a7 - a5 - a3) <= MOST;

/** @param levels quantised, by natural index @param table steps, by natural index */
export function fitsNarrowRegisters(levels: Float64Array, table: Uint8Array): boolean {
  const at = (v: number, u: number): number => levels[v * 8 + u] * table[v * 8 + u] * SCALE[u];
  for (let u = 0; u < 8; u++) {
    const down = (v: number): number => at(v, u) * SCALE[v];
    if (!sumsFit(down(1), down(3), down(5), down(7))) return false;
  }
  for (let row = 0; row < 8; row++) {
    const across = (u: number): number => {
      let sum = 0;
      for (let v = 0; v < 8; v++) sum += at(v, u) * WAVE[v][row];
      return sum;
    };
    if (!sumsFit(across(1), across(3), across(5), across(7))) return false;
  }
  return true;
}
