/** Finding, with pictures painted by the corpus: however a code lies, the same upright modules come out. */
import { beforeAll, describe, expect, it } from 'vitest';
import { drawCode } from '../../../tests/support/corpus/codes.ts';
import { beside, blank, paintCode, type Look } from '../../../tests/support/corpus/paint.ts';
import { readZxingWasm } from '../../../tray/assets.ts';
import type { Raster } from '../picture.ts';
import { flatten } from '../raster.ts';
import { loadReader, type CodeReader } from './reader.ts';
import { rebuild } from './rebuild.ts';
import { difference, matrixOf } from './symbol.ts';

const TEXT = 'https://pay.example.com/i/8f3a9c2e';
const asRaster = ({ width, height, data }: ReturnType<typeof blank>): Raster =>
  flatten({ width, height, data: new Uint8ClampedArray(data) });

describe('CodeReader', () => {
  let reader: CodeReader;
  beforeAll(async () => {
    reader = await loadReader(await readZxingWasm());
  });

  const looks: Readonly<Record<string, Look>> = {
    upright: { sizePx: 330, quiet: 4 },
    'turned once': { sizePx: 330, quiet: 4, turns: 1 },
    'turned twice': { sizePx: 330, quiet: 4, turns: 2 },
    'turned thrice': { sizePx: 330, quiet: 4, turns: 3 },
    mirrored: { sizePx: 330, quiet: 4, mirrored: true },
    'mirrored and turned': { sizePx: 330, quiet: 4, mirrored: true, turns: 1 },
    inverted: { sizePx: 330, quiet: 4, dark: [255, 255, 255], light: [10, 10, 40] },
    transparent: { sizePx: 330, quiet: 4, light: 'transparent' },
    'in dots': { sizePx: 330, quiet: 4, style: 'dots' },
    'with a logo': { sizePx: 330, quiet: 4, logo: 0.28 },
    'on a card': { sizePx: 330, quiet: 2, card: true },
  };

  it.each(Object.entries(looks))('gives the modules of a code that is %s', async (_, look) => {
    const modules = await drawCode('zint', TEXT, 'H');
    const codes = await reader.read(asRaster(paintCode(modules, look)), 'thorough');
    expect(codes).toHaveLength(1);
    const [code] = codes;
    if (!code) return;
    expect(code.text).toBe(TEXT);
    expect(code.ecc).toBe('H');
    expect(difference(rebuild(code).matrix, matrixOf(modules))).toBe(0);
  });

  it('finds two', async () => {
    const [a, b] = await Promise.all(
      ['uqr', 'node-qrcode'].map((library, i) => drawCode(library as 'uqr', `code ${i}`, 'M')),
    );
    if (!a || !b) throw new Error('Two codes are two.');
    const both = beside(paintCode(a, { sizePx: 200, quiet: 4 }), paintCode(b, { sizePx: 200, quiet: 4 }));
    expect(await reader.read(asRaster(both), 'thorough')).toHaveLength(2);
  });

  it('finds none on white', async () => {
    expect(await reader.read(asRaster(blank(300, 300, [255, 255, 255])), 'thorough')).toEqual([]);
  });

  it('keeps a payload byte for byte that is no text', async () => {
    const { encode } = await import('uqr');
    const payload = Array.from({ length: 256 }, (_, i) => i);
    const modules = encode(payload, { ecc: 'L', border: 0 }).data;
    const [code] = await reader.read(asRaster(paintCode(modules, { sizePx: 500, quiet: 4 })), 'plain');
    expect(Array.from(code?.payload ?? [])).toEqual(payload);
  });
});
