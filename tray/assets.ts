/**
 * Files that the program needs at run time. From source they are read from where they lie; in the executable the build
 * replaces this module by one that carries them (scripts/tray/bundle.mjs).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { EmbeddedAddon } from './native-addon.ts';

/** The WebAssembly of zxing-wasm, reader. */
export async function readZxingWasm(): Promise<Uint8Array> {
  const require = createRequire(import.meta.url);
  return readFile(require.resolve('zxing-wasm/reader/zxing_reader.wasm'));
}

/** A part of Noto Sans, as WOFF. */
export async function readFont(part: string, weight: 'regular' | 'bold'): Promise<Uint8Array> {
  const require = createRequire(import.meta.url);
  return readFile(require.resolve(`@fontsource/noto-sans/files/${fontFile(part, weight)}`));
}

const fontFile = (part: string, weight: 'regular' | 'bold'): string =>
  `noto-sans-${part}-${weight === 'bold' ? 700 : 400}-normal.woff`;

/** Source of the notification area's worker thread; only an executable for Windows has one. */
export function trayWorkerCode(): string {
  return '';
}

/** The compiled addons; from source they are found by the packages themselves. */
export function embeddedAddons(): readonly EmbeddedAddon[] {
  return [];
}
