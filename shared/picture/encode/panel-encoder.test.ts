import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { because } from '../../../tests/support/requirements.ts';
import { DECODERS } from '../../../tests/support/jpeg/decoders.ts';
import { idct16, idctFlatCut } from '../../../tests/support/jpeg/fixed-point-idct.ts';
import { clipped, lumaBlockAt, lumaCoefficients, modelOf } from '../../../tests/support/jpeg/model.ts';
import { panelWith } from '../../../tests/support/jpeg/panels.ts';
import { readJpeg } from '../../../tests/support/jpeg/read-jpeg.ts';
import { codeOf, tableSamples } from '../../../tests/support/jpeg/tables.ts';
import { inverseDct } from './dct.ts';
import { encodesEverySize } from '../../../tests/support/jpeg/every-size.ts';
import { encodePanel, type Panel } from './panel-encoder.ts';
import { CRISP, FAST, FINE, type Profile } from './profile.ts';

const PROFILES = { crisp: CRISP, fast: FAST, fine: FINE };

function jpegOf(panel: Panel, profile: Profile['name']): Uint8Array {
  const encoded = encodePanel(panel, profile);
  if (encoded.kind === 'refused') throw new Error(`refused: ${encoded.code}`);
  return encoded.jpeg;
}

/** The tables of docs/picture.md. */
const TABLES = await tableSamples();

/**
 * Modules with no structure at all, which is the worst for every table; also mostly dark ones and mostly light ones.
 */
/** @param extentPx of the code at most */
const squaresOf = (extentPx: number, ...sizes: number[]) =>
  fc.constantFrom(...sizes).chain((modulePx) =>
    fc.integer({ min: 1, max: Math.floor(extentPx / modulePx) }).chain((side) =>
      fc
        .record({
          darkBelow: fc.integer({ min: 10, max: 245 }),
          noise: fc.uint8Array({ minLength: side * side, maxLength: side * side }),
        })
        .map(({ darkBelow, noise }) => ({
          modulePx,
          squares: Array.from({ length: side }, (_, row) =>
            Array.from({ length: side }, (_, column) => noise[row * side + column] < darkBelow),
          ),
        })),
    ),
  );
const profileName = fc.constantFrom('crisp' as const, 'fast' as const, 'fine' as const);
/**
 * What the product writes with each table. Off the grid no two blocks are alike and each is searched for: few of them.
 */
const onGrid = fc.record({ square: squaresOf(256, 4, 8), profile: fc.constantFrom('crisp' as const, 'fast' as const) });
const offGrid = fc.record({ square: squaresOf(56, 4, 5, 6, 7, 9, 10, 11, 13), profile: fc.constant('fine' as const) });

describe.each(TABLES)('$table', ({ panel, profile, squaresEnd, between }) => {
  const jpeg = jpegOf(panel, profile);
  const model = modelOf(readJpeg(jpeg));

  for (const { name, missing, decode } of DECODERS)
    test.skipIf(missing !== undefined)(`is seen alike by ${name}${because(missing)}`, async () => {
      const { width, height, rgb } = await decode(jpeg);
      expect([width, height]).toEqual([320, 480]);
      // One level of rounding in the transform, one more where the decoder says itself that it is the quick one.
      const tolerance = name.endsWith('fast') ? 2 : 1.01;
      let worst = 0;
      let coloured = 0;
      const { luma } = model;
      for (let i = 0; i < luma.length; i++) {
        const green = rgb[i * 3 + 1];
        worst = Math.max(worst, Math.abs(green - Math.max(0, Math.min(255, luma[i]))));
        if (rgb[i * 3] !== green || rgb[i * 3 + 2] !== green) coloured++;
      }
      expect(worst).toBeLessThanOrEqual(tolerance);
      expect(coloured).toBe(0);
    });

  test('is dark within what is dark and light within what is light', () => {
    let [dark, light] = [0, 0];
    const looked = between ? [0, 1, 320, 321] : [0];
    const around = looked.flatMap((at) => [-321, -320, -319, -1, 1, 319, 320, 321].map((step) => at + step));
    const { grey } = panel;
    for (let i = 321; i < 320 * (squaresEnd - (between ? 2 : 1)) - 2; i++) {
      if (grey[i] !== 0 && grey[i] !== 255) continue;
      if (around.some((step) => grey[i + step] !== grey[i])) continue;
      const level = looked.reduce((sum, at) => sum + model.luma[i + at], 0) / looked.length;
      if (grey[i] === 0) dark = Math.max(dark, level);
      else light = Math.min(light === 0 ? 255 : light, level);
    }
    expect(dark).toBeLessThan(90);
    expect(light).toBeGreaterThan(165);
  });

  test('says in the file what the encoder says it coded', () => {
    const encoded = encodePanel(panel, profile);
    const read = readJpeg(jpeg);
    if (encoded.kind === 'refused') throw new Error(encoded.code);
    const differs = (block: Int16Array, n: number): boolean => {
      const [x, y] = lumaBlockAt(n, 320);
      const coded = encoded.image.blocks[(y / 8) * 40 + x / 8];
      return block.some((level, i) => level !== coded[i]);
    };
    // One expectation: 2,400 of them take longer than the encoder.
    expect([read.blocks[0].length, read.blocks[0].findIndex(differs)]).toEqual([2_400, -1]);
  });
});

describe('the form that every ESP32 decoder reads', () => {
  const files = TABLES.map(({ panel, profile }) => jpegOf(panel, profile));
  test.each(files.map((file, i) => ({ file, table: TABLES[i].table })))('$table', ({ file }) => {
    const read = readJpeg(file);
    expect(read.segments.map(({ marker }) => marker.toString(16))).toEqual(['d8', 'e0', 'db', 'c0', 'c4', 'da', 'd9']);
    expect([...read.segments[1].payload.subarray(0, 7)]).toEqual([...Buffer.from('JFIF'), 0, 1, 1]);
    expect(read).toMatchObject({ width: 320, height: 480, precision: 8 });
    // Tables 1 for chroma: TJpgDec, which is in the ESP32's ROM, refuses any other number.
    expect(read.components).toEqual([
      { id: 1, horizontal: 2, vertical: 2, quantTable: 0, dcTable: 0, acTable: 0 },
      { id: 2, horizontal: 1, vertical: 1, quantTable: 0, dcTable: 1, acTable: 1 },
      { id: 3, horizontal: 1, vertical: 1, quantTable: 0, dcTable: 1, acTable: 1 },
    ]);
    expect([...read.quantTables.keys()]).toEqual([0]);
    expect(read.blocks.map((blocks) => blocks.length)).toEqual([2400, 600, 600]);
    expect([...read.blocks[1], ...read.blocks[2]].every((block) => block.every((level) => level === 0))).toBe(true);
  });

  test.each(files.map((file, i) => ({ file, table: TABLES[i].table })))(
    '$table: Huffman tables are for this very scan',
    ({ file }) => {
      const { huffmanTables, symbolCounts } = readJpeg(file);
      expect([...huffmanTables.keys()].sort()).toEqual(['0:0', '0:1', '1:0', '1:1']);
      for (const [name, { symbols, lengthCounts }] of huffmanTables) {
        const counts = symbolCounts.get(name)!;
        expect(new Set(symbols)).toEqual(new Set(counts.keys()));
        // A more frequent symbol never has the longer code.
        const lengths = lengthCounts.flatMap((count, i) => new Array<number>(count).fill(i + 1));
        const byFrequency = symbols.map((symbol) => counts.get(symbol)!);
        expect(byFrequency).toEqual([...byFrequency].sort((a, b) => b - a));
        expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
      }
    },
  );
});

/** A search may pass the soft limit by 6, which the registers still hold; the codebook's blocks do not. */
const SEARCHED = 6;

/**
 * Each different block of it stays within, in exact arithmetic, and is seen alike by decoders with 16-bit registers.
 */
function expectBearable(jpeg: Uint8Array, overshoot: number): void {
  const seen = new Set<string>();
  for (const coefficients of lumaCoefficients(readJpeg(jpeg))) {
    const key = coefficients.join();
    if (seen.has(key)) continue;
    seen.add(key);
    const exact = inverseDct(coefficients).map((value) => value + 128);
    expect(Math.min(...exact)).toBeGreaterThanOrEqual(-overshoot);
    expect(Math.max(...exact)).toBeLessThanOrEqual(255 + overshoot);
    for (const decoded of [idct16(coefficients), idctFlatCut(coefficients)])
      expect(Math.max(...decoded.map((value, i) => Math.abs(value - clipped(exact[i]))))).toBeLessThanOrEqual(3);
  }
}

test('overshoot stays within what decoders with 16-bit registers can bear, for any squares', () => {
  fc.assert(
    fc.property(fc.oneof(onGrid, offGrid), ({ square: { squares, modulePx }, profile }) => {
      expectBearable(
        jpegOf(panelWith(squares, modulePx), profile),
        PROFILES[profile].overshoot + (profile === 'fine' ? SEARCHED : 0),
      );
    }),
    { numRuns: 40 },
  );
});

test.each(TABLES)(
  'overshoot stays within that for sheets, too, with their letters and shades: $table',
  ({ panel, profile }) => {
    expectBearable(jpegOf(panel, profile), PROFILES[profile].overshoot + SEARCHED);
  },
);

test('every square of any matrix has its colour in its middle, with room to spare', () => {
  fc.assert(
    fc.property(fc.oneof(onGrid, offGrid), ({ square: { squares, modulePx }, profile }) => {
      const panel = panelWith(squares, modulePx);
      const { luma } = modelOf(readJpeg(jpegOf(panel, profile)));
      const [left, top] = [320, 480].map((side) => Math.floor((side - squares.length * modulePx) / 2 / 8) * 8);
      let [darkMost, lightLeast] = [0, 255];
      squares.forEach((row, r) =>
        row.forEach((dark, c) => {
          const half = Math.floor(modulePx / 2);
          const at = (top + r * modulePx + half) * 320 + left + c * modulePx + half;
          const middle = [at, at - 1, at - 320, at - 321].reduce((sum, i) => sum + clipped(luma[i]), 0) / 4;
          if (dark) darkMost = Math.max(darkMost, middle);
          else lightLeast = Math.min(lightLeast, middle);
        }),
      );
      expect(darkMost).toBeLessThan(90);
      expect(lightLeast).toBeGreaterThan(165);
    }),
    { numRuns: 40 },
  );
});

test('the same panel gives the same bytes, whatever was coded before', () => {
  const panel = panelWith(codeOf(7, 'again'), 4);
  const first = jpegOf(panel, 'crisp');
  jpegOf(panelWith(codeOf(3, 'something else'), 8), 'crisp');
  expect(jpegOf(panel, 'crisp')).toEqual(first);
});

describe('never throws', () => {
  // Smallest, usual, largest of the corpus, largest of all; tests/long/picture/versions.test.ts has all forty.
  test.each([1, 8, 15, 40])('for a code of version %i, in every size of square', encodesEverySize);

  test('for any grey at all: what comes out is bounded, or refused with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), profileName, (grey, profile) => {
        const encoded = encodePanel({ width: 16, height: 16, grey }, profile);
        if (encoded.kind === 'refused') return expect(encoded.code).toBe('overshoot');
        expectBearable(encoded.jpeg, PROFILES[profile].overshoot + SEARCHED);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    { width: 0, height: 16, length: 0 },
    { width: 320, height: 470, length: 320 * 470 },
    { width: 24, height: 16, length: 24 * 16 },
    { width: 16, height: 16, length: 255 },
    { width: Number.NaN, height: 16, length: 0 },
    { width: 16.5, height: 16, length: 264 },
  ])('for a panel of $width x $height with $length levels', ({ width, height, length }) => {
    expect(encodePanel({ width, height, grey: new Uint8Array(length) }, 'crisp')).toEqual({
      kind: 'refused',
      code: 'size',
    });
  });
});
