/**
 * Loads a compiled addon that travels inside the executable. Windows and Linux load libraries from files only, so the
 * addon is written out once; its name holds its hash, and a file with other content is never loaded.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { atomicWriteSync } from '../node/atomic-write.ts';

export interface EmbeddedAddon {
  readonly name: string;
  /** Hex, of the file. */
  readonly sha256: string;
  readonly brotliBase64: string;
}

/**
 * Per user, because it must be writable without rights; the installer puts the addons beside the executable instead.
 */
function addonCacheFolder(): string {
  const base = process.env.LOCALAPPDATA ?? process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(base, 'CounterQR', 'native');
}

function isIntact(path: string, sha256: string): boolean {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex') === sha256;
  } catch {
    return false;
  }
}

/** Writes the addon into `folder` unless it is there already; answers its path. */
export function extractAddon(addon: EmbeddedAddon, folder: string): string {
  const path = join(folder, `${addon.name}-${addon.sha256.slice(0, 16)}.node`);
  if (isIntact(path, addon.sha256)) return path;
  mkdirSync(folder, { recursive: true });
  // The installer writes it for every user of the PC.
  atomicWriteSync(path, brotliDecompressSync(Buffer.from(addon.brotliBase64, 'base64')), { mode: 0o644 });
  return path;
}

const loaded = new Map<string, unknown>();

/** @public The build’s stand-in for koffi and serialport calls it (scripts/tray/bundle.mjs). */
export function loadAddon(addon: EmbeddedAddon): unknown {
  const known = loaded.get(addon.sha256);
  if (known !== undefined) return known;
  // Beside the executable only an administrator can write, so that copy is preferred.
  const installed = join(dirname(process.execPath), 'native', `${addon.name}-${addon.sha256.slice(0, 16)}.node`);
  const path = isIntact(installed, addon.sha256) ? installed : extractAddon(addon, addonCacheFolder());
  const holder = { exports: {} };
  process.dlopen(holder, path);
  loaded.set(addon.sha256, holder.exports);
  return holder.exports;
}
