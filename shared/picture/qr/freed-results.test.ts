import { prepareZXingModule, readBarcodes, type ZXingReaderModule } from 'zxing-wasm/reader';
import { describe, expect, it } from 'vitest';
import { drawCode } from '../../../tests/support/corpus/codes.ts';
import { beside, blank, paintCode } from '../../../tests/support/corpus/paint.ts';
import { readZxingWasm } from '../../../tray/assets.ts';
import { freeResultsOf } from './freed-results.ts';
import { loadReader } from './reader.ts';

type Vector = ReturnType<ZXingReaderModule['readBarcodesFromPixmap']> & { isDeleted?(): boolean };

/** The real module. */
async function freshModule(): Promise<ZXingReaderModule> {
  const wasmBinary = new Uint8Array(await readZxingWasm()).buffer;
  return prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
}

/** Each vector that it gives away from now on. */
function watched(module: ZXingReaderModule): readonly Vector[] {
  const given: Vector[] = [];
  const read = module.readBarcodesFromPixmap.bind(module);
  module.readBarcodesFromPixmap = (...image) => {
    const vector: Vector = read(...image);
    given.push(vector);
    return vector;
  };
  return given;
}

const textsOf = async (image: ReturnType<typeof blank>): Promise<string[]> => {
  const data = new Uint8ClampedArray(image.data);
  const pixels = { width: image.width, height: image.height, data } as Parameters<typeof readBarcodes>[0];
  const found = await readBarcodes(pixels, { formats: ['QRCodeModel2'] });
  for (const { symbol } of found) expect(symbol.data).toHaveLength(symbol.width * symbol.height);
  return found.map(({ text }) => text).sort();
};

describe('results of the reader', () => {
  it('are copies; its own go back after each read', async () => {
    // Each picture is read back before it is uploaded. Nobody deleted what the reader found, and a counter's program
    // grew by 1 MB every hundred customers.
    const module = await freshModule();
    const given = watched(module);
    freeResultsOf(module);
    const codes = await Promise.all(['one', 'two'].map((text) => drawCode('uqr', text, 'M')));
    const [one, two] = codes.map((modules) => paintCode(modules, { sizePx: 200, quiet: 4 }));
    if (!one || !two) throw new Error('Two codes are two.');

    expect(await textsOf(beside(one, two))).toEqual(['one', 'two']);
    expect(await textsOf(blank(200, 200, [255, 255, 255]))).toEqual([]);
    expect(given.map((vector) => vector.isDeleted?.())).toEqual([true, true]);
  });

  it('are copies for the program’s reader, too', async () => {
    const reader = await loadReader(await readZxingWasm());
    // Without a word about the module it is the one that is there.
    const given = watched(await prepareZXingModule({ fireImmediately: true }));
    const { width, height, data } = paintCode(await drawCode('uqr', 'one', 'M'), { sizePx: 200, quiet: 4 });
    expect(await reader.read({ width, height, data: new Uint8ClampedArray(data) }, 'plain')).toHaveLength(1);
    expect(given.map((vector) => 'isDeleted' in vector)).toEqual([false]);
  });
});
