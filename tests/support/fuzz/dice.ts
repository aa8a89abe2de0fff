/** Chance with a seed: the same seed makes the same requests. */

export class Dice {
  #state: number;

  constructor(state: number) {
    this.#state = state;
  }

  /** [0, 1), mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  chance(share: number): boolean {
    return this.next() < share;
  }
  int(below: number): number {
    return Math.floor(this.next() * below);
  }
  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)];
  }
  bytes(most: number): Buffer {
    return Buffer.from(Array.from({ length: this.int(most) }, () => this.int(256)));
  }
}
