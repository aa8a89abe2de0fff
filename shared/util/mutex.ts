/**
 * One piece of work at a time, in the order in which they were asked for. A failure ends its own turn and nobody
 * else's.
 */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();
  #users = 0;

  /** No work is under way or waits. */
  get free(): boolean {
    return this.#users === 0;
  }

  /** What `work` gives, once all that was asked for before is over. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    const before = this.#last;
    let over: () => void = () => undefined;
    this.#last = new Promise<void>((resolve) => (over = resolve));
    await before;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      over();
    }
  }

  /** Resolves when all that was asked for so far is over. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
