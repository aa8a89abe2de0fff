/**
 * What a decision sees and may do. A decision is a plain function `(tx, input) => result`: it reads records, notes what
 * is to change, and knows neither disk nor network. It may be run again from the start (Redis does so when a record was
 * not loaded yet or has changed meanwhile), so it must not touch anything but its `tx`. Throwing an ApiError changes
 * nothing.
 */
import type { AuditEntry, EndedCommand, Kind, Records } from './records.ts';

/** The relay's settings as far as the queue is concerned; milliseconds. */
export interface Rules {
  readonly commandTtlMs: number;
  readonly displayMs: number;
  readonly leaseMs: number;
  readonly linkMs: number;
  readonly queuePolicy: 'latest' | 'fifo';
  readonly maxQueuedPerDevice: number;
  readonly maxDisplays: number;
  readonly maxDisplaysPerName: number;
}

/**
 * A display that never says that it cleared is given this long beyond its time on the display; its report may be late.
 */
export const CLEAR_GRACE_MS = 60_000;
/** Contract: idempotency keys on `qr` hold for 24 h. */
export const IDEMPOTENCY_MS = 24 * 3_600_000;
/** Contract: a pairing code lives 5 minutes. */
export const PAIRING_MS = 5 * 60_000;

export interface Tx {
  readonly now: number;
  readonly rules: Rules;
  newId(): string;
  /** A random integer in [0, below). */
  randomInt(below: number): number;
  /** Records whose `expiresAt` has passed are not there. */
  get<K extends Kind>(kind: K, id: string): Records[K] | undefined;
  put<K extends Kind>(kind: K, id: string, record: Records[K]): void;
  drop(kind: Kind, id: string): void;
  /** The picture of a command, stored beside the records and as durable as they. */
  putPicture(commandId: string, dataUri: string): void;
  dropPicture(commandId: string): void;
  /** With `correctedAt` it takes the place of what was archived of this command. */
  archive(ended: EndedCommand): void;
  audit(entry: Omit<AuditEntry, 'at'>): void;
  /** Those who watch this command look again once the change is durable. */
  touch(commandId: string): void;
}

/** The day in the process's time zone (TZ), e.g. `2026-11-24`. */
export function dayOf(now: number): string {
  const date = new Date(now);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
