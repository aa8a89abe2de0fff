/**
 * Corrects a block of codewords in place: Reed–Solomon over GF(256) with the polynomial 0x11d, generator roots 2^0,
 * 2^1, … (ISO/IEC 18004, 7.5.2). Berlekamp–Massey finds the error locator, Chien's search the places, Forney's formula
 * the values.
 */

const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  EXP[power] = EXP[power + 255] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}

const multiply = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : EXP[LOG[a] + LOG[b]]);
const divide = (a: number, b: number): number => (a === 0 ? 0 : EXP[LOG[a] + 255 - LOG[b]]);

/** Coefficients from the constant upwards. */
function valueAt(polynomial: ArrayLike<number>, x: number): number {
  let value = 0;
  for (let i = polynomial.length - 1; i >= 0; i--) value = multiply(value, x) ^ polynomial[i];
  return value;
}

function syndromesOf(block: Uint8Array, checks: number): Uint8Array {
  const upwards = block.slice().reverse();
  return Uint8Array.from({ length: checks }, (_, i) => valueAt(upwards, EXP[i]));
}

/**
 * False where there are more errors than `checks` codewords at the block's end can correct; the block is then as it
 * was.
 */
export function correct(block: Uint8Array, checks: number): boolean {
  const syndromes = syndromesOf(block, checks);
  if (syndromes.every((syndrome) => syndrome === 0)) return true;
  const locator = locatorOf(syndromes);
  const errors = locator.length - 1;
  if (errors * 2 > checks) return false;
  const places: number[] = [];
  for (let power = 0; power < block.length; power++) if (valueAt(locator, EXP[255 - power]) === 0) places.push(power);
  if (places.length !== errors) return false;
  const evaluator = product(syndromes, locator).slice(0, checks);
  const corrected = block.slice();
  for (const power of places) {
    const inverse = EXP[255 - power];
    // The formal derivative keeps the odd coefficients, one power lower.
    const slope = valueAt(
      locator.map((coefficient, i) => (i % 2 === 1 ? coefficient : 0)),
      inverse,
    );
    corrected[block.length - 1 - power] ^= multiply(
      EXP[power],
      divide(multiply(valueAt(evaluator, inverse), inverse), slope),
    );
  }
  if (syndromesOf(corrected, checks).some((syndrome) => syndrome !== 0)) return false;
  block.set(corrected);
  return true;
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const result = new Array<number>(a.length + b.length - 1).fill(0);
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) result[i + j] ^= multiply(a[i], b[j]);
  return result;
}

/** Berlekamp–Massey: the shortest recurrence that makes these syndromes. */
function locatorOf(syndromes: Uint8Array): number[] {
  let locator = [1];
  let previous = [1];
  let length = 0;
  let shift = 1;
  let previousGap = 1;
  for (let n = 0; n < syndromes.length; n++) {
    let gap = syndromes[n];
    for (let i = 1; i <= length; i++) gap ^= multiply(locator[i] ?? 0, syndromes[n - i]);
    if (gap === 0) {
      shift++;
      continue;
    }
    const factor = divide(gap, previousGap);
    const changed = Array.from(
      { length: Math.max(locator.length, previous.length + shift) },
      (_, i) => (locator[i] ?? 0) ^ multiply(factor, previous[i - shift] ?? 0),
    );
    if (2 * length <= n) {
      previous = locator;
      previousGap = gap;
      length = n + 1 - length;
      shift = 1;
    } else shift++;
    locator = changed;
  }
  while (locator.at(-1) === 0) locator.pop();
  return locator;
}
