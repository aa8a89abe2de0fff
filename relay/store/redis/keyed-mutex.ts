/** Those of one process who want to change the same record do so one after the other; otherwise they would only refuse each other. */
export class Lanes {
  private readonly ends = new Map<string, Promise<void>>();

  /** Resolves when it is this caller's turn, with how to let the next one in. */
  async enter(name: string): Promise<() => void> {
    const before = this.ends.get(name);
    let leave!: () => void;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.ends.set(name, left);
    await before;
    return () => {
      if (this.ends.get(name) === left) this.ends.delete(name);
      leave();
    };
  }
}
