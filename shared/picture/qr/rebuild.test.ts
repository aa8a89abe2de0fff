import fc from 'fast-check';
import QRCode from 'qrcode';
import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { dataPlaces, rebuild } from './rebuild.ts';
import { difference, ECC_LEVELS, matrixOf, type QrMatrix } from './symbol.ts';

/** Each way of splitting into blocks, with and without version bits. */
const VERSIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 21, 28, 40];

/** `count` data modules flipped, all of them within a square, as a logo does. */
function withLogo({ size, dark }: QrMatrix, side: number): QrMatrix {
  const dirty = dark.slice();
  const from = Math.floor((size - side) / 2);
  for (let y = from; y < from + side; y++) for (let x = from; x < from + side; x++) dirty[y * size + x] = 0;
  return { size, dark: dirty };
}

const found = (matrix: QrMatrix, version: number, ecc: 'L' | 'M' | 'Q' | 'H', mask: number) => ({
  payload: new Uint8Array(),
  text: '',
  version,
  ecc,
  mask,
  matrix,
});

describe('rebuild', () => {
  it('gives an undamaged code of any version and level back as it was', () => {
    for (const version of VERSIONS)
      for (const ecc of ECC_LEVELS) {
        const drawn = encode(`v${version}`, { minVersion: version, ecc, maskPattern: version % 8, border: 0 });
        const matrix = matrixOf(drawn.data);
        const { matrix: again } = rebuild(found(matrix, version, ecc, drawn.maskPattern));
        expect(difference(again, matrix), `${version}-${ecc}`).toBe(0);
      }
  });

  it('removes a logo from a code whose maker mixed modes', () => {
    // node-qrcode packs the digits by themselves; coding the payload again with another library gives other modules.
    const text = 'https://pay.example.com/i/20240099123456789012345678?x=abc';
    const { modules, version, maskPattern } = QRCode.create(text, { errorCorrectionLevel: 'H' });
    const clean: QrMatrix = { size: modules.size, dark: Uint8Array.from(modules.data) };
    const dirty = withLogo(clean, Math.round(modules.size * 0.28));
    expect(difference(dirty, clean)).toBeGreaterThan(0.02);
    const { matrix } = rebuild(found(dirty, version, 'H', maskPattern ?? 0));
    expect(difference(matrix, clean)).toBe(0);
  });

  it('repairs any damage that the level allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 7 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (version, mask, dice) => {
          const drawn = encode('repair', { minVersion: version, ecc: 'Q', maskPattern: mask, border: 0 });
          const clean = matrixOf(drawn.data);
          const dark = clean.dark.slice();
          // Few enough for the smallest block even if all of them fall into it.
          for (let i = 0; i < 6; i++) dark[Math.floor((dice.next().value as number) * dark.length)] ^= 1;
          const { matrix } = rebuild(found({ size: clean.size, dark }, version, 'Q', mask));
          return difference(matrix, clean) === 0;
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps what was seen when what the check words make of it differs too much, though they could', () => {
    const drawn = encode('something else may have been corrected', { ecc: 'H', maskPattern: 3, border: 0 });
    const clean = matrixOf(drawn.data);
    // Whole codewords inverted, in the order of their modules: H corrects 30 % of a block's.
    const places = dataPlaces(drawn.types);
    const inverted = (share: number): QrMatrix => {
      const dark = clean.dark.slice();
      for (let word = 0; word < Math.floor(places.length / 8) * share; word++)
        for (const at of places.slice(word * 8, word * 8 + 8)) dark[at] ^= 1;
      return { size: clean.size, dark };
    };
    const [few, many] = [inverted(0.1), inverted(0.2)];
    expect(difference(few, clean)).toBeLessThan(0.12);
    expect(difference(rebuild(found(few, drawn.version, 'H', 3)).matrix, clean)).toBe(0);
    expect(difference(many, clean)).toBeGreaterThan(0.12);
    expect(rebuild(found(many, drawn.version, 'H', 3)).matrix).toBe(many);
  });

  it('keeps what was seen when it is damaged beyond repair', () => {
    const drawn = encode('beyond repair', { ecc: 'L', border: 0 });
    const dirty = withLogo(matrixOf(drawn.data), 13);
    expect(rebuild(found(dirty, drawn.version, 'L', drawn.maskPattern)).matrix).toBe(dirty);
  });
});
