/**
 * A disk of 1 MB, to be filled. What mounts it is believed by its effect only: a `mount` that is something else and
 * ends with 0 would have a test fill the machine's own disk.
 */
import { closeSync, openSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ask, candidates } from '../../../scripts/tools/ask.mjs';
import { errorCode } from '../../../node/error-code.ts';

const MOST_BYTES = 1 << 20;
/** Nothing that is written to so small a disk gets here. */
const REFUSE_PAST_BYTES = 2 << 20;
const BLOCK_BYTES = 4_096;

export type SmallDisk =
  { readonly kind: 'mounted'; readonly unmount: () => void } | { readonly kind: 'missing'; readonly why: string };

/** Whether another file system than its parent's begins at this folder, of at most 1 MB in all. */
function isSmall(folder: string): boolean {
  const { bsize, blocks } = statfsSync(folder);
  return isMounted(folder) && bsize * blocks <= MOST_BYTES;
}

const isMounted = (folder: string): boolean => statSync(folder).dev !== statSync(join(folder, '..')).dev;

/** Asks each `umount` until one has done it. */
function unmount(folder: string): void {
  for (const program of candidates('umount')) if (isMounted(folder)) ask(program, [folder]);
}

/**
 * Mounts it at an empty folder.
 * @param mounts paths of programs that may be `mount`, asked in this order
 */
export function mountSmallDisk(folder: string, mounts: readonly string[] = candidates('mount')): SmallDisk {
  if (process.platform !== 'linux')
    return { kind: 'missing', why: `a small disk needs Linux, this is ${process.platform}` };
  for (const program of mounts) {
    ask(program, ['-t', 'tmpfs', '-o', `size=${MOST_BYTES}`, 'counterqr-test', folder]);
    if (isSmall(folder)) return { kind: 'mounted', unmount: () => unmount(folder) };
    unmount(folder);
  }
  const asked = mounts.length === 0 ? 'there is no mount' : `${mounts.join(' and ')} mounted none`;
  return { kind: 'missing', why: `a small disk needs the right to mount one: ${asked}` };
}

/**
 * Writes a file until nothing goes on the disk any more, while others may be writing there as well.
 * @throws Error where the file grows past 2 MB, for then it lies on no small disk
 */
export function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let bytes = 0; bytes < REFUSE_PAST_BYTES; bytes += BLOCK_BYTES) writeSync(file, Buffer.alloc(BLOCK_BYTES));
  } catch (error) {
    if (errorCode(error) === 'ENOSPC') return;
    throw error;
  } finally {
    closeSync(file);
  }
  throw new Error(`${path} took ${REFUSE_PAST_BYTES} bytes: it lies on no small disk.`);
}
