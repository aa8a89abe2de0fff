/**
 * Decoders that others wrote, and what they make of a file: for the encoder's claim that all of them see the same
 * pixels.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import decodeMozjpeg, { init as initMozjpeg } from '@jsquash/jpeg/decode.js';
import jpegJs from 'jpeg-js';
import { findTool, noTool } from '../requirements.ts';
import { removeFolder } from '../remove-folder.ts';

interface DecodedRgb {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array;
}

interface Decoder {
  readonly name: string;
  /** Why it cannot be asked on this machine. */
  readonly missing?: string;
  decode(file: Uint8Array): Promise<DecodedRgb>;
}

const withoutAlpha = (rgba: ArrayLike<number>): Uint8Array =>
  Uint8Array.from({ length: (rgba.length / 4) * 3 }, (_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)]);

const jpegJsDecoder: Decoder = {
  name: 'jpeg-js',
  decode: async (file) => {
    const { width, height, data } = jpegJs.decode(file, { useTArray: true });
    return { width, height, rgb: withoutAlpha(data) };
  },
};

let mozjpeg: Promise<void> | undefined;

/** The codec's glue asks for these of a browser; Node has neither. */
async function startMozjpeg(): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  await initMozjpeg(await WebAssembly.compile(readFileSync(wasm)));
  const globals = globalThis as unknown as Record<string, unknown>;
  globals['ImageData'] ??= class {
    constructor(
      readonly data: Uint8ClampedArray,
      readonly width: number,
      readonly height: number,
    ) {}
  };
}

const mozjpegDecoder: Decoder = {
  name: '@jsquash/jpeg (mozjpeg)',
  decode: async (file) => {
    await (mozjpeg ??= startMozjpeg());
    const { width, height, data } = await decodeMozjpeg(Uint8Array.from(file).buffer);
    return { width, height, rgb: withoutAlpha(data) };
  },
};

/** @param name as scripts/tools.mjs has it; @param args what makes it leave a binary PPM on its standard output */
function program(title: string, name: string, args: (path: string) => readonly string[]): Decoder {
  const missing = noTool(name);
  return {
    name: title,
    ...(missing === undefined ? {} : { missing }),
    decode: async (file) => {
      const folder = mkdtempSync(join(tmpdir(), 'counterqr-decode-'));
      try {
        const path = join(folder, 'panel.jpeg');
        writeFileSync(path, file);
        const { status, stdout, stderr } = spawnSync(findTool(name) ?? name, args(path), { maxBuffer: 16 << 20 });
        // A warning (`Corrupt JPEG data`) leaves status 0 or 2; here it is as bad as an error.
        if (status !== 0 || stderr.length > 0) throw new Error(`${title}: ${stderr.toString()}`);
        return readPpm(stdout);
      } finally {
        removeFolder(folder);
      }
    },
  };
}

function readPpm(file: Uint8Array): DecodedRgb {
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(Buffer.from(file.subarray(0, 32)).toString('latin1'));
  if (!header) throw new Error('Not a PPM');
  return { width: Number(header[1]), height: Number(header[2]), rgb: file.subarray(header[0].length) };
}

const djpeg = (method: 'int' | 'fast' | 'float'): Decoder =>
  program(`djpeg -dct ${method}`, 'djpeg', (path) => ['-dct', method, path]);

const TO_PPM =
  'import sys; from PIL import Image; Image.open(sys.argv[1]).convert("RGB").save(sys.stdout.buffer, "PPM")';
const pillow = program('python3-pil', 'Python with PIL', (path) => ['-c', TO_PPM, path]);

const magick = program('ImageMagick', 'ImageMagick', (path) => [path, '-depth', '8', 'ppm:-']);

export const DECODERS: readonly Decoder[] = [
  jpegJsDecoder,
  mozjpegDecoder,
  djpeg('int'),
  djpeg('fast'),
  djpeg('float'),
  pillow,
  magick,
];
