/**
 * Transactions of one process on the same record run one after the other; otherwise they would only overtake each
 * other.
 */
export class KeyedMutex {
  readonly #tails = new Map<string, Promise<void>>();

  /** Resolves when the key is free; the caller calls what it resolves with to release the key. */
  async acquire(name: string): Promise<() => void> {
    const before = this.#tails.get(name);
    let leave!: () => void;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.#tails.set(name, left);
    await before;
    return () => {
      if (this.#tails.get(name) === left) this.#tails.delete(name);
      leave();
    };
  }
}
