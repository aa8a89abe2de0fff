/** What verification must not let through. The pictures are spoilt before they are written, as a bad encoder would. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readZxingWasm } from '../../../tray/assets.ts';
import { qrSheet, type QrSheet } from '../screens/qr-screen.ts';
import { writePanel } from '../write-panel.ts';
import { drawText } from './draw.ts';
import { loadReader, type CodeReader } from './reader.ts';
import { doubtOf, type Doubt } from './verify.ts';

let reader: CodeReader;
beforeAll(async () => {
  reader = await loadReader(await readZxingWasm());
});

const TEXT = 'https://pay.example.com/i/8f3a9c2e?amount=1200.50';

async function doubtAfter(spoil: (sheet: QrSheet) => void, modulePx = 4): Promise<Doubt | undefined> {
  const sheet = qrSheet(drawText(TEXT, 'M'), modulePx);
  spoil(sheet);
  return doubtOf(writePanel(sheet.bitmap, 90), sheet.placed, reader);
}

describe('doubtOf', () => {
  it('has none about a clean picture', async () => {
    expect(await doubtAfter(() => undefined)).toBeUndefined();
    expect(await doubtAfter(() => undefined, 8)).toBeUndefined();
  });

  it('doubts grey modules, although a decoder may read them', async () => {
    const grey = ({ bitmap }: QrSheet): void =>
      bitmap.grey.forEach((level, i) => (bitmap.grey[i] = level < 128 ? 110 : level));
    expect(await doubtAfter(grey)).toBe('weak_contrast');
  });

  it('doubts a single wrong square, although the code would correct it', async () => {
    expect(
      await doubtAfter(({ bitmap, placed }) => bitmap.fill(placed.x + 12 * 4, placed.y + 12 * 4, 12, 12, 128)),
    ).toBe('weak_contrast');
  });

  it('looks at the middle of modules between whole pixels, too', async () => {
    expect(await doubtAfter(() => undefined, 4.75)).toBeUndefined();
    const oneWrong = ({ bitmap, placed }: QrSheet): void =>
      bitmap.fill(placed.x + Math.round(12 * 4.75), placed.y + Math.round(12 * 4.75), 5, 5, 128);
    expect(await doubtAfter(oneWrong, 4.75)).toBe('weak_contrast');
  });

  it('doubts another code in the place of the right one', async () => {
    const right = qrSheet(drawText(TEXT, 'M'), 4);
    const other = qrSheet(drawText(TEXT.replace('1200', '1201'), 'M'), 4);
    const jpeg = writePanel(other.bitmap, 90);
    expect(await doubtOf(jpeg, right.placed, reader)).toBe('weak_contrast');
    // Even if its modules were taken for right, what it says is not.
    const placed = { ...other.placed, symbol: { ...other.placed.symbol, payload: right.placed.symbol.payload } };
    expect(await doubtOf(jpeg, placed, reader)).toBe('not_read_back');
  });

  it('doubts a code that a blurred camera loses', async () => {
    // Modules of 2 px become 1.2 px.
    expect(await doubtAfter(() => undefined, 2)).toBeDefined();
  });

  it('doubts a code whose corner is covered', async () => {
    const covered = ({ bitmap, placed }: QrSheet): void => bitmap.fill(placed.x - 8, placed.y - 8, 24, 24, 0);
    expect(await doubtAfter(covered)).toBeDefined();
  });
});
