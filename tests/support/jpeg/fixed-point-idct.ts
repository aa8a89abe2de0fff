/**
 * The inverse transform as small decoders do it: Arai, Agui and Nakajima's five multiplications, in whole numbers. Two
 * of them, because each loses what overshoots in a way of its own:
 * - `idct16`: 16-bit registers with 7 bits of fraction, as in decoders for 8-bit chips; what passes ±256 wraps.
 * - `idctFlatCut`: blocks without AC are cut to eight bits before they are clipped; the others are clipped in wide
 *   registers.
 */

/** cos(kπ/16)·√2, the scale that this factorisation leaves to the dequantiser; 1 for k = 0. */
const SCALE = Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2));

type Round = (value: number) => number;

/**
 * One row or column, in place. @param fit keeps a sum in its register @param times a product with a constant of 8 bits
 */
function transform(values: number[], fit: Round, times: (value: number, constant: number) => number): void {
  const [a0, a1, a2, a3, a4, a5, a6, a7] = values;
  const sum04 = fit(a0 + a4);
  const difference04 = fit(a0 - a4);
  const sum26 = fit(a2 + a6);
  const difference26 = fit(times(fit(a2 - a6), Math.SQRT2) - sum26);
  const even = [
    fit(sum04 + sum26),
    fit(difference04 + difference26),
    fit(difference04 - difference26),
    fit(sum04 - sum26),
  ];
  const sum53 = fit(a5 + a3);
  const difference53 = fit(a5 - a3);
  const sum17 = fit(a1 + a7);
  const difference17 = fit(a1 - a7);
  const rotated = times(fit(difference53 + difference17), 2 * Math.cos(Math.PI / 8));
  const odd0 = fit(sum17 + sum53);
  const odd1 = fit(fit(rotated - times(difference53, 2 * (Math.cos(Math.PI / 8) + Math.sin(Math.PI / 8)))) - odd0);
  const odd2 = fit(times(fit(sum17 - sum53), Math.SQRT2) - odd1);
  const odd3 = fit(fit(times(difference17, 2 * (Math.cos(Math.PI / 8) - Math.sin(Math.PI / 8))) - rotated) + odd2);
  values[0] = fit(even[0] + odd0);
  values[7] = fit(even[0] - odd0);
  values[1] = fit(even[1] + odd1);
  values[6] = fit(even[1] - odd1);
  values[2] = fit(even[2] + odd2);
  values[5] = fit(even[2] - odd2);
  values[4] = fit(even[3] + odd3);
  values[3] = fit(even[3] - odd3);
}

/** Columns, then rows, of 64 values in natural order. */
function inBothDirections(values: number[], fit: Round, times: (value: number, constant: number) => number): void {
  const along = (start: number, step: number): void => {
    const line = Array.from({ length: 8 }, (_, i) => values[start + i * step]);
    transform(line, fit, times);
    line.forEach((value, i) => (values[start + i * step] = value));
  };
  for (let x = 0; x < 8; x++) along(x, 8);
  for (let y = 0; y < 8; y++) along(y * 8, 1);
}

const clip = (value: number): number => Math.max(0, Math.min(255, value));
const to16Bits = (value: number): number => (value << 16) >> 16;
const FRACTION_BITS = 7;

/** @param coefficients dequantised, natural order @returns 64 pixels 0…255 */
export function idct16(coefficients: readonly number[]): number[] {
  const values = coefficients.map((value, i) =>
    to16Bits(Math.round((value * SCALE[i % 8] * SCALE[i >> 3] * (1 << FRACTION_BITS)) / 8)),
  );
  inBothDirections(values, to16Bits, (value, constant) => to16Bits((value * Math.round(constant * 256)) >> 8));
  return values.map((value) => clip((value >> FRACTION_BITS) + 128));
}

const WIDE_BITS = 10;

/** @param coefficients dequantised, natural order @returns 64 pixels 0…255 */
export function idctFlatCut(coefficients: readonly number[]): number[] {
  if (coefficients.every((value, i) => i === 0 || value === 0))
    return new Array<number>(64).fill((Math.trunc(coefficients[0] / 8) + 128) & 255);
  const values = coefficients.map((value, i) =>
    Math.round((value * SCALE[i % 8] * SCALE[i >> 3] * (1 << WIDE_BITS)) / 8),
  );
  inBothDirections(
    values,
    (value) => value,
    (value, constant) => (value * Math.round(constant * 256)) >> 8,
  );
  return values.map((value) => clip((value >> WIDE_BITS) + 128));
}
