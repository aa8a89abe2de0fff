/** The 8 x 8 discrete cosine transform of ITU-T T.81 (A.3.3), in floating point. */

/** BASIS[u][x] = C(u)/2 · cos((2x+1)uπ/16), so that a pixel is the sum of coefficient · BASIS[u][x] · BASIS[v][y]. */
const BASIS: readonly (readonly number[])[] = Array.from({ length: 8 }, (_, u) =>
  Array.from({ length: 8 }, (_, x) => (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)),
);

/** Natural (row-major) position of the n-th coefficient in zigzag order (T.81, figure A.6). */
export const ZIGZAG: readonly number[] = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
];

/** The 64 pixels that one unit of the coefficient at natural position `index` adds. */
export function basisImage(index: number): Float64Array {
  const u = index % 8;
  const v = index >> 3;
  const image = new Float64Array(64);
  for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) image[y * 8 + x] = BASIS[u][x] * BASIS[v][y];
  return image;
}

/** Level-shifted pixels (-128…127) to coefficients, both in natural order. */
export function forwardDct(pixels: ArrayLike<number>): Float64Array {
  const rows = new Float64Array(64);
  for (let y = 0; y < 8; y++)
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += pixels[y * 8 + x] * BASIS[u][x];
      rows[y * 8 + u] = sum;
    }
  const coefficients = new Float64Array(64);
  for (let v = 0; v < 8; v++)
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let y = 0; y < 8; y++) sum += rows[y * 8 + u] * BASIS[v][y];
      coefficients[v * 8 + u] = sum;
    }
  return coefficients;
}

/** Coefficients to level-shifted pixels, not clamped: what overshoots the range is seen. */
export function inverseDct(coefficients: ArrayLike<number>): Float64Array {
  const rows = new Float64Array(64);
  for (let v = 0; v < 8; v++)
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += coefficients[v * 8 + u] * BASIS[u][x];
      rows[v * 8 + x] = sum;
    }
  const pixels = new Float64Array(64);
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let v = 0; v < 8; v++) sum += rows[v * 8 + x] * BASIS[v][y];
      pixels[y * 8 + x] = sum;
    }
  return pixels;
}
