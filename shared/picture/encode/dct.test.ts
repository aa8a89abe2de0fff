import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idct16, idctFlatCut } from '../../../tests/support/jpeg/fixed-point-idct.ts';
import { basisImage, forwardDct, inverseDct, ZIGZAG } from './dct.ts';

const pixels = fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 64, maxLength: 64 });

test('there and back is where one was, and no energy is lost', () => {
  fc.assert(
    fc.property(pixels, (block) => {
      const coefficients = forwardDct(block);
      inverseDct(coefficients).forEach((value, i) => expect(value).toBeCloseTo(block[i], 9));
      const energy = (values: ArrayLike<number>): number =>
        Array.from(values).reduce((sum, value) => sum + value ** 2, 0);
      expect(energy(coefficients)).toBeCloseTo(energy(block), 5);
    }),
  );
});

test('a coefficient adds its picture', () => {
  for (let index = 0; index < 64; index++) {
    const one = Float64Array.from({ length: 64 }, (_, i) => (i === index ? 1 : 0));
    inverseDct(one).forEach((value, i) => expect(value).toBeCloseTo(basisImage(index)[i], 12));
  }
});

test('the zigzag of T.81 goes along the anti-diagonals and meets every coefficient once', () => {
  expect([...ZIGZAG].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
  const diagonal = (index: number): number => (index % 8) + (index >> 3);
  for (let i = 1; i < 64; i++) expect(diagonal(ZIGZAG[i]) - diagonal(ZIGZAG[i - 1])).toBeOneOf([0, 1]);
  expect(ZIGZAG.slice(0, 6)).toEqual([0, 1, 8, 16, 9, 2]);
});

test('the fixed-point transforms of the tests are right where nothing overshoots', () => {
  fc.assert(
    fc.property(pixels, (block) => {
      const coefficients = [...forwardDct(block)].map((value) => Math.round(value));
      const exact = inverseDct(coefficients);
      for (const decoded of [idct16(coefficients), idctFlatCut(coefficients)])
        decoded.forEach((value, i) =>
          expect(Math.abs(value - Math.max(0, Math.min(255, exact[i] + 128)))).toBeLessThan(2),
        );
    }),
  );
});
