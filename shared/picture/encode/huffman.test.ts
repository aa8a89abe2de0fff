import fc from 'fast-check';
import { expect, test } from 'vitest';
import { huffmanTable } from './huffman.ts';

const counts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 1_000_000 })), { minLength: 1 })
  .map((pairs) => {
    const all = new Float64Array(256);
    for (const [symbol, count] of pairs) all[symbol] = count;
    return all;
  });

/** Codes as strings of bits, by symbol. */
function codesOf({ lengths, codes }: ReturnType<typeof huffmanTable>): Map<number, string> {
  const found = new Map<number, string>();
  lengths.forEach((length, symbol) => {
    if (length > 0) found.set(symbol, codes[symbol].toString(2).padStart(length, '0'));
  });
  return found;
}

test('every symbol that occurs has a code, none is the start of another, and none is of ones alone', () => {
  fc.assert(
    fc.property(counts, (all) => {
      const codes = codesOf(huffmanTable(all));
      expect([...codes.keys()]).toEqual([...all.keys()].filter((symbol) => all[symbol] > 0));
      const sorted = [...codes.values()].sort();
      sorted.forEach((code, i) => {
        expect(code.length).toBeLessThanOrEqual(16);
        expect(code).toContain('0');
        if (i > 0) expect(code.startsWith(sorted[i - 1])).toBe(false);
      });
    }),
  );
});

test('what the file lists gives the same codes to who reads it', () => {
  fc.assert(
    fc.property(counts, (all) => {
      const table = huffmanTable(all);
      const read = new Map<number, string>();
      let code = 0;
      let next = 0;
      table.lengthCounts.forEach((count, i) => {
        for (let n = 0; n < count; n++) read.set(table.symbols[next++], (code++).toString(2).padStart(i + 1, '0'));
        code <<= 1;
      });
      expect(read).toEqual(
        new Map([...codesOf(table)].sort((a, b) => table.symbols.indexOf(a[0]) - table.symbols.indexOf(b[0]))),
      );
    }),
  );
});

test('no more than one bit a symbol above the entropy', () => {
  fc.assert(
    fc.property(counts, (all) => {
      const { lengths } = huffmanTable(all);
      const total = all.reduce((a, b) => a + b);
      let bits = 0;
      let entropy = 0;
      all.forEach((count, symbol) => {
        if (count === 0) return;
        bits += count * lengths[symbol];
        entropy += count * Math.log2(total / count);
      });
      // The reserved code of ones costs a little beside the one bit of the theorem.
      expect(bits).toBeLessThanOrEqual(entropy + total * 1.1 + 16);
    }),
  );
});

test('counts that would want codes of 30 bits get 16', () => {
  const fibonacci = new Float64Array(256);
  fibonacci.set([1, 1]);
  for (let i = 2; i < 32; i++) fibonacci[i] = fibonacci[i - 1] + fibonacci[i - 2];
  const codes = [...codesOf(huffmanTable(fibonacci)).values()];
  expect(codes).toHaveLength(32);
  expect(Math.max(...codes.map((code) => code.length))).toBe(16);
  expect(codes.reduce((sum, code) => sum + 2 ** -code.length, 0)).toBeLessThan(1);
});
