/**
 * Codes by three QR libraries that have nothing in common, so that the product's redrawing is never compared with
 * itself.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import QRCode from 'qrcode';
import { encode } from 'uqr';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

export const LIBRARIES = ['uqr', 'node-qrcode', 'zint'] as const;
export type Library = (typeof LIBRARIES)[number];
export type Ecc = 'L' | 'M' | 'Q' | 'H';

/** Modules row by row, true is dark, without any white around. */
export type Modules = readonly (readonly boolean[])[];

let zint: Promise<unknown> | undefined;
const readyZint = (): Promise<unknown> =>
  (zint ??= prepareZXingModule({
    overrides: {
      wasmBinary: new Uint8Array(
        readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm')),
      ).buffer,
    },
    fireImmediately: true,
  }));

export async function drawCode(library: Library, text: string, ecc: Ecc, version?: number): Promise<Modules> {
  switch (library) {
    case 'uqr':
      return encode(text, { ecc, border: 0, minVersion: version ?? 1 }).data;
    case 'node-qrcode': {
      const { modules } = QRCode.create(text, { errorCorrectionLevel: ecc, ...(version ? { version } : {}) });
      return rowsOf(modules.size, (i) => modules.data[i] === 1);
    }
    case 'zint': {
      await readyZint();
      const options = version ? `version=${version}` : '';
      const { symbol, error } = await writeBarcode(text, { format: 'QRCode', ecLevel: ecc, options });
      if (error) throw new Error(`zint: ${error}`);
      return rowsOf(symbol.width, (i) => (symbol.data[i] ?? 255) < 128);
    }
  }
}

function rowsOf(size: number, isDark: (index: number) => boolean): Modules {
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => isDark(y * size + x)));
}
