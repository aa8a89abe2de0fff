/**
 * What the AC coefficients of a block will take, before any statistics are known: the bits of `acSymbols` with a guess
 * for each symbol. A search asks a hundred thousand times, each time with one coefficient changed, so what stands
 * before it is added up once.
 */
import { categoryOf as categoryFound } from './byte-sink.ts';
import { EOB, ZRL } from './jpeg-file.ts';

/** Short runs and small values are common. */
const GUESSED_BITS = Float64Array.from({ length: 256 }, (_, symbol) =>
  symbol === EOB ? 2 : 2.5 + (symbol >> 4) * 0.8 + (symbol & 15),
);
const EOB_BITS = GUESSED_BITS[EOB];
const ZRL_BITS = GUESSED_BITS[ZRL];
/** Its own, because a test runner looks an import up anew at each call. */
const categoryOf = categoryFound;

export class GuessedSize {
  readonly #block: Int16Array;
  /** Bits of the coefficients before position i, and how many zeros end there. */
  readonly #bitsBefore = new Float64Array(64);
  readonly #runBefore = new Uint8Array(64);

  /** @param block zigzag order; its owner changes it */
  constructor(block: Int16Array) {
    this.#block = block;
  }

  /** From here on coefficients change from the last one to the first. */
  begin(): void {
    const block = this.#block;
    let bits = 0;
    let run = 0;
    for (let i = 1; i < 64; i++) {
      this.#bitsBefore[i] = bits;
      this.#runBefore[i] = run;
      const value = block[i];
      if (value === 0) {
        run++;
        continue;
      }
      for (; run > 15; run -= 16) bits += ZRL_BITS;
      bits += GUESSED_BITS[(run << 4) | categoryOf(value)];
      run = 0;
    }
  }

  /** Bits of the whole block, of which no coefficient before `first` has changed since `begin`. */
  from(first: number): number {
    const block = this.#block;
    let bits = this.#bitsBefore[first];
    let run = this.#runBefore[first];
    for (let i = first; i < 64; i++) {
      const value = block[i];
      if (value === 0) {
        run++;
        continue;
      }
      for (; run > 15; run -= 16) bits += ZRL_BITS;
      bits += GUESSED_BITS[(run << 4) | categoryOf(value)];
      run = 0;
    }
    return run > 0 ? bits + EOB_BITS : bits;
  }
}
