import { expect, it } from 'vitest';
import { GuessedSize } from './guessed-size.ts';
import { acSymbols, EOB } from './jpeg-file.ts';

const summed = (block: Int16Array): number => {
  let bits = 0;
  acSymbols(block, (symbol) => (bits += symbol === EOB ? 2 : 2.5 + (symbol >> 4) * 0.8 + (symbol & 15)));
  return bits;
};
/** A value now and then, with runs of more than fifteen zeros between. */
const blockOf = (seed: number): Int16Array =>
  Int16Array.from({ length: 64 }, (_, i) => ((i * 7 + seed * 13) % (5 + (seed % 19)) === 0 ? ((i * seed) % 9) - 4 : 0));

it('is the sum of the symbols of the block, whichever coefficient has changed since it began', () => {
  for (let seed = 1; seed < 40; seed++) {
    const block = blockOf(seed);
    const size = new GuessedSize(block);
    expect(size.from(1)).toBe(summed(block));
    size.begin();
    for (let i = 63; i >= 1; i--) {
      block[i] = (block[i] + i + seed) % 4;
      expect(size.from(i), `seed ${seed}, from ${i}`).toBe(summed(block));
    }
  }
});
