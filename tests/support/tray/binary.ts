/**
 * The tray as its build makes it, for this machine: the Linux executable. Built once per content, because packing costs
 * seconds.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { bundleTray } from '../../../scripts/tray/bundle.mjs';
import { pack } from '../../../scripts/tray/pack.mjs';
import { ensureToolchain, NODE_VERSION } from '../../../scripts/tray/toolchain.mjs';
import { noPty } from '../requirements.ts';
import { removeFolder } from '../remove-folder.ts';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/counterqr/tray');
const KEPT = 6;

/** Why the Linux executable cannot be built and driven here, or undefined when it can. */
export const noTrayBinary = (): string | undefined =>
  process.arch === 'x64' ? noPty() : `the tray is built on x64, this is ${process.arch}`;

export interface TrayBuild {
  readonly version?: string;
  /** Base64 of the ed25519 key that updates must be signed with. */
  readonly updateKey?: string;
  /** Another program in its place, e.g. a broken one; relative to the project. */
  readonly entry?: string;
}

/** @returns the executable's path */
export async function trayBinary({ version = '1.0.0', updateKey = '', entry }: TrayBuild = {}): Promise<string> {
  await ensureToolchain();
  const script = await bundleTray('linux', { version, updateKey, ...(entry === undefined ? {} : { entry }) });
  const hash = createHash('sha256').update(script).update(NODE_VERSION).digest('hex').slice(0, 16);
  const output = join(CACHE, hash, 'counterqr-linux');
  if (existsSync(output)) {
    utimesSync(join(CACHE, hash), new Date(), new Date());
    return output;
  }
  mkdirSync(CACHE, { recursive: true });
  // Each is 128 MB; those not used for the longest time go.
  const usedMs = (name: string): number => statSync(join(CACHE, name)).mtimeMs;
  const kept = readdirSync(CACHE).sort((a, b) => usedMs(a) - usedMs(b));
  for (const old of kept.slice(0, -KEPT)) removeFolder(join(CACHE, old));
  const draft = join(CACHE, hash, `draft-${process.pid}`);
  await pack({ platform: 'linux', script, output: draft });
  // A file that was written in one piece lies in large parts in Linux' page cache, each of which counts as resident
  // when a byte of it is used: 18 MB more than after a copy or the next start of the PC.
  copyFileSync(draft, `${draft}.copy`);
  rmSync(draft);
  renameSync(`${draft}.copy`, output);
  return output;
}
