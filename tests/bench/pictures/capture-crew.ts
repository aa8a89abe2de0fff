/**
 * Captures and their reading by several processes, one for each core: thousands of images of half a megapixel are a lot
 * of work.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { GreyImage } from './capture.ts';
import type { Group } from './conditions.ts';

export interface Shown {
  /** As it stands on the display. */
  readonly glass: GreyImage;
  readonly text: string;
}

/** Capture by capture, whether it was read: by group, then by decoder. */
export type Reads = Readonly<Record<Group, Readonly<Record<string, readonly boolean[]>>>>;

export interface Look extends Shown {
  /** Added to each condition's seed. */
  readonly seedOffset: number;
}

const PROGRAM = join(import.meta.dirname, 'capture-process.ts');

export class CaptureCrew {
  readonly #children: readonly ChildProcess[];
  readonly #idle: ChildProcess[];
  readonly #waiting: ((child: ChildProcess) => void)[] = [];

  constructor(size = availableParallelism()) {
    this.#children = Array.from({ length: size }, () => fork(PROGRAM, [], { serialization: 'advanced' }));
    this.#idle = [...this.#children];
  }

  /** All conditions of all groups. @throws where its process ended */
  async look(what: Look): Promise<Reads> {
    const child = this.#idle.pop() ?? (await new Promise<ChildProcess>((resolve) => this.#waiting.push(resolve)));
    const over = new AbortController();
    const answered = once(child, 'message', { signal: over.signal });
    const ended = once(child, 'exit', { signal: over.signal }).then(() => {
      throw new Error('A process of the captures ended.');
    });
    child.send(what);
    try {
      const [reads] = (await Promise.race([answered, ended])) as [Reads];
      return reads;
    } finally {
      over.abort();
      answered.catch(() => undefined);
      ended.catch(() => undefined);
      const next = this.#waiting.shift();
      if (next) next(child);
      else this.#idle.push(child);
    }
  }

  close(): void {
    for (const child of this.#children) child.disconnect();
  }
}
