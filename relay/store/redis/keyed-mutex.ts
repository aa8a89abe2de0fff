/** Those of one process who want to change the same record do so one after the other; otherwise they would only refuse each other. */
export class KeyedMutex {
  private readonly tails = new Map<string, Promise<void>>();

  /** Resolves when it is this caller's turn, with how to let the next one in. */
  async acquire(name: string): Promise<() => void> {
    const before = this.tails.get(name);
    let leave!: () => void;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.tails.set(name, left);
    await before;
    return () => {
      if (this.tails.get(name) === left) this.tails.delete(name);
      leave();
    };
  }
}
