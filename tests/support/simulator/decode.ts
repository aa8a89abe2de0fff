/**
 * Reads codes with decoders that the product does not use (it finds codes with zxing): zbarimg as Debian builds it, and
 * jsQR. Input is the JPEG as it lies in the simulated display's memory, or a PNG screenshot of a page.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import jsqrModule from 'jsqr';
import { PNG } from 'pngjs';
import { findTool, tool } from '../requirements.ts';
import { removeFolder } from '../remove-folder.ts';

// The package is CommonJS with a default export inside its default export.
const jsqr = (jsqrModule as unknown as { default?: typeof jsqrModule }).default ?? jsqrModule;

export interface JpegSize {
  readonly width: number;
  readonly height: number;
}

export function jpegSize(file: Uint8Array): JpegSize {
  const { width, height } = jpeg.decode(file, { useTArray: true });
  return { width, height };
}

const isPng = (file: Uint8Array): boolean => file[0] === 0x89;

export function readWithJsqr(file: Uint8Array): string | undefined {
  const { data, width, height } = isPng(file)
    ? PNG.sync.read(Buffer.from(file))
    : jpeg.decode(file, { useTArray: true });
  return readsQr(data, width, height);
}

/** jsQR on pixels of four bytes each. */
export const readsQr = (rgba: ArrayLike<number>, width: number, height: number): string | undefined =>
  jsqr(Uint8ClampedArray.from(rgba), width, height)?.data;

/** Undefined when no code is found. @throws where zbarimg is not installed; ask `findTool('zbarimg')` first. */
export function readWithZbar(file: Uint8Array): string | undefined {
  const program = tool('zbarimg');
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-zbar-'));
  try {
    const path = join(folder, isPng(file) ? 'screen.png' : 'screen.jpeg');
    writeFileSync(path, file);
    const { stdout } = spawnSync(program, ['--quiet', '--raw', '-Sbinary', '--oneshot', path], { encoding: 'utf8' });
    return stdout === '' ? undefined : stdout.replace(/\n$/, '');
  } finally {
    removeFolder(folder);
  }
}

/**
 * What each decoder of this machine reads; a code that only one of them reads is not good enough for a customer's
 * phone.
 */
export function readByOthers(file: Uint8Array): Record<string, string | undefined> {
  return {
    jsqr: readWithJsqr(file),
    ...(findTool('zbarimg') === undefined ? {} : { zbar: readWithZbar(file) }),
  };
}
