/**
 * Bytes are the latency: what a class of code may cost, whole sheet as laid out, without a caption. Bytes are the same
 * on every machine.
 */
import QRCode from 'qrcode';
import { expect, test } from 'vitest';
import { codewords } from '../../../tests/bench/pictures/classes.ts';
import { drawText } from '../qr/draw.ts';
import { matrixOf, type QrSymbol } from '../qr/symbol.ts';
import { qrSheet } from '../screens/qr-screen.ts';
import { encodePanel, type Panel } from './panel-encoder.ts';
import type { Profile } from './profile.ts';

/** Text of so many bytes that looks like nothing. */
function textOf(bytes: number, seed: number): string {
  let state = seed;
  return Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return 'abcdefghijklmnopqrstuvwxyz0123456789?=&-'[state >>> 27] ?? '/';
  }).join('');
}

/** Bytes that fill a version at level M (ISO/IEC 18004, table 7), less a few. */
const FILL: Readonly<Record<number, number>> = {
  2: 24,
  3: 40,
  4: 60,
  5: 82,
  8: 148,
  9: 176,
  11: 248,
  12: 284,
  13: 328,
};

function bytesOf(symbol: QrSymbol, modulePx: number, profile: Profile['name']): number {
  const encoded = encodePanel(qrSheet(symbol, modulePx).bitmap, profile);
  if (encoded.kind === 'refused') throw new Error(encoded.code);
  return encoded.jpeg.length;
}

/** By two libraries, which choose masks of their own. */
function symbolsOf(version: number, seed: number): QrSymbol[] {
  const text = textOf(FILL[version], seed);
  const ours = drawText(text, 'M');
  expect(ours.version).toBe(version);
  const { modules } = QRCode.create([{ data: Buffer.from(text), mode: 'byte' }], {
    version,
    errorCorrectionLevel: 'M',
  });
  const rows = Array.from({ length: modules.size }, (_, row) =>
    Array.from({ length: modules.size }, (_, column) => modules.get(row, column) === 1),
  );
  return [ours, { ...ours, matrix: matrixOf(rows) }];
}

test.each([
  { versions: [2, 3, 4], modulePx: 8, profile: 'crisp', most: 1460 },
  { versions: [5], modulePx: 8, profile: 'crisp', most: 1610 },
  { versions: [8, 9], modulePx: 4, profile: 'crisp', most: 2900 },
  { versions: [8, 9], modulePx: 4, profile: 'fast', most: 2470 },
  { versions: [11, 12, 13], modulePx: 4, profile: 'crisp', most: 3980 },
  { versions: [11, 12, 13], modulePx: 4, profile: 'fast', most: 3300 },
  { versions: [8], modulePx: 6, profile: 'fine', most: 14_000 },
  { versions: [12], modulePx: 4.5, profile: 'fine', most: 15_500 },
] as const)(
  'versions $versions, $profile: $most bytes at most, on the mean',
  ({ versions, modulePx, profile, most }) => {
    const symbols = versions.flatMap((version) => [1, 2].flatMap((seed) => symbolsOf(version, seed)));
    const bytes = symbols.map((symbol) => bytesOf(symbol, modulePx, profile));
    expect(bytes.reduce((a, b) => a + b) / bytes.length).toBeLessThanOrEqual(most);
    // No coding of this form gets below an empty sheet and the code's own bits: a smaller file has lost something.
    bytes.forEach((value, i) => expect(value).toBeGreaterThan(1000 + codewords(symbols[i].version)));
  },
);

test('an empty sheet is two bits a block and a header', () => {
  const panel: Panel = { width: 320, height: 480, grey: new Uint8Array(320 * 480).fill(255) };
  const encoded = encodePanel(panel, 'crisp');
  expect(encoded).toMatchObject({ kind: 'encoded' });
  expect(encoded.kind === 'encoded' ? encoded.jpeg.length : 0).toBeLessThanOrEqual((3600 * 2) / 8 + 210);
});
