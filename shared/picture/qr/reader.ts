/**
 * Finds QR codes in pixels, with zxing-cpp as WebAssembly. Knows where the WebAssembly is, and nothing of files or
 * screens.
 */
import { prepareZXingModule, readBarcodes, type ReadResult } from 'zxing-wasm/reader';
import type { Raster } from '../picture.ts';
import { freeResultsOf } from './freed-results.ts';
import { ECC_LEVELS, type EccLevel, type QrMatrix } from './symbol.ts';

export interface FoundCode {
  readonly payload: Uint8Array;
  /** The payload in the character set that the code declares, or that it looks like. */
  readonly text: string;
  readonly version: number;
  readonly ecc: EccLevel;
  /** 0…7 */
  readonly mask: number;
  /** As it was sampled, turned upright, dark on light; with the errors that a logo makes. */
  readonly matrix: QrMatrix;
}

/**
 * `thorough`: rotated, inverted, small; for what others made. `one threshold`: likewise, with one threshold between
 * dark and light for the whole picture. `plain`: upright and dark on light, as we make it.
 */
export type Effort = 'thorough' | 'one threshold' | 'plain';

/** The package takes anything that has an ImageData's fields, which not every realm has a type for. */
type Pixels = Parameters<typeof readBarcodes>[0] & Raster;

/** @param wasm its address, or its bytes */
export async function loadReader(wasm: string | Uint8Array): Promise<CodeReader> {
  // Without this the package would fetch its WebAssembly from a public network.
  const overrides = typeof wasm === 'string' ? { locateFile: () => wasm } : { wasmBinary: new Uint8Array(wasm).buffer };
  freeResultsOf(await prepareZXingModule({ overrides, fireImmediately: true }));
  return new CodeReader();
}

export class CodeReader {
  /** Every QR code (model 2) in the image. @param image opaque */
  async read(image: Raster, effort: Effort): Promise<readonly FoundCode[]> {
    const thorough = effort !== 'plain';
    const results = await readBarcodes(image as Pixels, {
      formats: ['QRCodeModel2'],
      textMode: 'Plain',
      binarizer: effort === 'one threshold' ? 'GlobalHistogram' : 'LocalAverage',
      tryHarder: true,
      tryRotate: thorough,
      tryInvert: thorough,
      tryDownscale: thorough,
      // Two are enough to know that there is more than one.
      maxNumberOfSymbols: 2,
    });
    return results.flatMap((result) => foundCode(result) ?? []);
  }
}

function foundCode({ bytes, text, extra, symbol, isValid, isMirrored }: ReadResult): FoundCode | undefined {
  if (!isValid) return undefined;
  const { Version, ECLevel, DataMask } = JSON.parse(extra) as Record<string, unknown>;
  const version = Number(Version);
  const ecc = ECC_LEVELS.find((level) => level === ECLevel);
  const mask = Number(DataMask);
  const size = 17 + 4 * version;
  if (ecc === undefined || symbol.width !== size || symbol.height !== size) return undefined;
  const dark = Uint8Array.from({ length: size * size }, (_, i) => {
    // A code seen in a mirror is sampled with rows and columns exchanged.
    const at = isMirrored ? (i % size) * size + Math.floor(i / size) : i;
    return symbol.data[at] < 128 ? 1 : 0;
  });
  return { payload: bytes.slice(), text, version, ecc, mask, matrix: { size, dark } };
}
