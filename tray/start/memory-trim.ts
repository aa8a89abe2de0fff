/**
 * Gives memory back between QRs. To draw, encode and check one leaves tens of megabytes of garbage, which V8 and the C
 * library keep for the next busy minute. A program that waits beside a person's own all day should not hold them.
 */
import koffi from 'koffi';
import { garbageCollector } from '../../node/v8-flags.ts';

/** Long enough that nobody posts QR after QR; a collection takes some 30 ms. */
const QUIET_MS = 3_000;
const FREED_WITHIN_MS = 500;

export interface MemoryTrim {
  /** Something was done; tidy up when nothing more follows. */
  schedule(): void;
  stop(): void;
}

export function createMemoryTrim(trim: () => void = trimNow, quietMs = QUIET_MS): MemoryTrim {
  let timer: NodeJS.Timeout | undefined;
  return {
    schedule() {
      clearTimeout(timer);
      timer = setTimeout(trim, quietMs).unref();
    },
    stop: () => clearTimeout(timer),
  };
}

/**
 * In two steps: the first makes room that the second gives away, and buffers are freed on another thread in between.
 */
function trimNow(): void {
  collect ??= garbageCollector();
  collect();
  setTimeout(() => {
    collect?.();
    if (process.platform === 'linux') trim()(0);
  }, FREED_WITHIN_MS).unref();
}

let collect: (() => void) | undefined;

/**
 * Makes glibc do by itself what Windows' heap does: a large block goes back to the system as soon as it is freed.
 * Otherwise each freed one raises the limit above which it does so, up to 32 MB. To be called before anything is drawn.
 */
export function returnLargeBlocks(): void {
  if (process.platform !== 'linux') return;
  const mallopt = koffi.load('libc.so.6').func('int mallopt(int what, int value)') as (
    what: number,
    value: number,
  ) => 0 | 1;
  mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES);
  mallopt(M_TRIM_THRESHOLD, LARGE_BLOCK_BYTES);
}
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
/** glibc's own value before it adapts. A picture of the display has 600 kB. */
const LARGE_BLOCK_BYTES = 128 * 1024;

/** glibc keeps what small blocks were freed; Windows' heap, too, but less of them. */
const trim = (): ((keepBytes: number) => number) =>
  (mallocTrim ??= koffi.load('libc.so.6').func('int malloc_trim(size_t keep)') as (keepBytes: number) => number);
let mallocTrim: ((keepBytes: number) => number) | undefined;
