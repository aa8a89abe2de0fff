import { expect, test } from 'vitest';
import { ORIENTATIONS, withOrientation } from '../../../tests/support/corpus/oriented.ts';
import { orientationOf, upright } from './orientation.ts';

const JPEG_START = Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0, 2]);

test('is read from either byte order', () => {
  for (const orientation of ORIENTATIONS)
    for (const order of ['little', 'big'] as const)
      expect(orientationOf(withOrientation(JPEG_START, orientation, order))).toBe(orientation);
});

test('is upright where the file does not say, says nonsense, or breaks off', () => {
  expect(orientationOf(JPEG_START)).toBe(1);
  expect(orientationOf(withOrientation(JPEG_START, 9, 'big'))).toBe(1);
  expect(orientationOf(withOrientation(JPEG_START, 0, 'little'))).toBe(1);
  const whole = withOrientation(JPEG_START, 6, 'big');
  for (let length = 0; length < whole.length; length++)
    expect([1, 6]).toContain(orientationOf(whole.subarray(0, length)));
});

/** Reds of a stored image of 3 x 2 and of what is to be seen, row by row: 1 2 3 over 4 5 6. */
test.each([
  { orientation: 1, seen: [[1, 2, 3], [4, 5, 6]] },
  { orientation: 2, seen: [[3, 2, 1], [6, 5, 4]] },
  { orientation: 3, seen: [[6, 5, 4], [3, 2, 1]] },
  { orientation: 4, seen: [[4, 5, 6], [1, 2, 3]] },
  { orientation: 5, seen: [[1, 4], [2, 5], [3, 6]] },
  { orientation: 6, seen: [[4, 1], [5, 2], [6, 3]] },
  { orientation: 7, seen: [[6, 3], [5, 2], [4, 1]] },
  { orientation: 8, seen: [[3, 6], [2, 5], [1, 4]] },
] as const)('$orientation', ({ orientation, seen }) => {
  const data = new Uint8ClampedArray(24);
  for (let i = 0; i < 6; i++) data.set([i + 1, 0, 0, 255], i * 4);
  const image = upright({ width: 3, height: 2, data }, orientation);
  expect([image.width, image.height]).toEqual([seen[0].length, seen.length]);
  expect(Array.from({ length: 6 }, (_, i) => image.data[i * 4])).toEqual(seen.flat());
}); // prettier-ignore
