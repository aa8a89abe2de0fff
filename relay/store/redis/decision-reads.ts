/**
 * What one decision has read of Redis so far. A decision is made again with each record that it missed: so the same
 * random numbers, and a look at all that it missed at once.
 */
import type { ApiError } from '../../../shared/wire/errors.ts';
import type { AnyRecord } from '../buffered-transaction.ts';
import type { Packed } from './commit.ts';

/** Of one call. */
export const MGET_KEYS = 500;

/** A record as it was read; an error where it is damaged. */
export type Reading =
  { readonly kind: 'read'; readonly packed: Packed } | { readonly kind: 'damaged'; error: ApiError };

/** @throws ApiError when the record is damaged */
export function packedOf(reading: Reading): Packed {
  if (reading.kind === 'damaged') throw reading.error;
  return reading.packed;
}

export class DecisionReads {
  readonly #readings = new Map<string, Reading>();
  #moments = 0;

  /** All that was read in one call is of one moment. */
  add(readings: readonly (readonly [key: string, reading: Reading])[]): void {
    for (const [key, reading] of readings) this.#readings.set(key, reading);
    this.#moments++;
  }

  get areOfOneMoment(): boolean {
    return this.#moments <= 1;
  }

  /** `undefined` where there is no record, and where it was not read yet: then what is decided counts for nothing. */
  record = (key: string): AnyRecord | undefined => {
    const reading = this.#readings.get(key);
    return reading?.kind === 'read' ? reading.packed.record : undefined;
  };

  /** What is to be read next: as many as one call takes. */
  missing = (seen: ReadonlySet<string>): string[] =>
    [...seen].filter((key) => !this.#readings.has(key)).slice(0, MGET_KEYS);

  /**
   * The versions of what the decision rests on. What only an earlier try looked at is no part of it.
   * @throws ApiError when one of these records is damaged
   */
  versions(seen: ReadonlySet<string>): [key: string, version: string][] {
    return [...seen].flatMap((key): [string, string][] => {
      const reading = this.#readings.get(key);
      return reading ? [[key, packedOf(reading).version]] : [];
    });
  }
}
