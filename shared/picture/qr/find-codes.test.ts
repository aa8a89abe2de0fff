/** A picture is said to hold no code only after it was looked at in several ways. */
import { describe, expect, it } from 'vitest';
import { drawCode } from '../../../tests/support/corpus/codes.ts';
import { paintCode } from '../../../tests/support/corpus/paint.ts';
import { readZxingWasm } from '../../../tray/assets.ts';
import type { Raster } from '../picture.ts';
import { findCodes } from './find-codes.ts';
import { loadReader, type CodeReader, type Effort, type FoundCode } from './reader.ts';

const CODE: FoundCode = {
  payload: new Uint8Array(),
  text: 'x',
  version: 1,
  ecc: 'M',
  mask: 0,
  matrix: { size: 21, dark: new Uint8Array(441) },
};
const blank = (side: number): Raster => ({ width: side, height: side, data: new Uint8ClampedArray(side * side * 4) });

/** Finds a code in what `finds` says; notes what it was asked. */
function reader(finds: (image: Raster, effort: Effort) => boolean) {
  const asked: string[] = [];
  const read: CodeReader['read'] = (image, effort) => {
    asked.push(`${image.width} ${effort}`);
    return Promise.resolve(finds(image, effort) ? [CODE] : []);
  };
  return { reader: { read }, asked };
}

describe('the passes over a picture', () => {
  it('end with the first that finds a code', async () => {
    const { reader: first, asked } = reader(() => true);
    await findCodes([blank(100), blank(100)], first);
    expect(asked).toEqual(['100 thorough']);
  });

  it('try each view with both thresholds, then all of it at twice the size; the picture stays as it was sent', async () => {
    const views = [blank(100), blank(100)] as const;
    const { reader: last, asked } = reader(({ width }, effort) => width === 200 && effort === 'one threshold');
    const found = await findCodes([...views], last);
    expect(asked).toEqual([
      '100 thorough',
      '100 thorough',
      '100 one threshold',
      '100 one threshold',
      '200 thorough',
      '200 one threshold',
    ]);
    expect(found.codes).toEqual([CODE]);
    expect(found.image).toBe(views[0]);
  });

  it('enlarge no picture of more than a million pixels', async () => {
    const { reader: never, asked } = reader(() => false);
    expect((await findCodes([blank(1_001)], never)).codes).toEqual([]);
    expect(asked).toEqual(['1001 thorough', '1001 one threshold']);
  });
});

it('what is enlarged is the same code: modules of one pixel, which a reader missed, are read at twice the size', async () => {
  const real = await loadReader(await readZxingWasm());
  const text = 'https://pay.example.com/i/8f3a9c2e?amount=1200.50';
  const modules = await drawCode('zint', text, 'M');
  const { width, height, data } = paintCode(modules, { sizePx: modules.length + 8, quiet: 4 });
  const image = { width, height, data: new Uint8ClampedArray(data) };
  const missing: CodeReader = {
    read: (seen, effort) => (seen.width === width ? Promise.resolve([]) : real.read(seen, effort)),
  };
  const found = await findCodes([image], missing);
  expect(found.codes.map((code) => code.text)).toEqual([text]);
  expect(found.image).toBe(image);
});
