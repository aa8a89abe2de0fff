/** A decision's transaction: the records as they were, and the changes it has made so far, kept in memory. */
import { randomBytes, randomInt } from 'node:crypto';
import { keyOf, type AuditEntry, type EndedCommand, type Kind, type Records } from '../core/records.ts';
import type { Rules, Tx } from '../core/transaction.ts';

export type AnyRecord = Records[Kind];

/** All that one decision changes; it happens as a whole or not at all. */
export interface Changes {
  /** By key; `null` takes the record away. */
  readonly records: ReadonlyMap<string, AnyRecord | null>;
  /** Data URIs by command id; `null` takes the picture away. */
  readonly pictures: ReadonlyMap<string, string | null>;
  readonly ended: readonly EndedCommand[];
  readonly audited: readonly AuditEntry[];
  readonly touchedCommands: ReadonlySet<string>;
}

export interface TransactionContext {
  readonly now: () => number;
  readonly newId: () => string;
  readonly rules: Rules;
  /** Only for tests. */
  readonly randomInt?: (below: number) => number;
}

/** Makes the changes in these records; without a record there is nothing under the key any more. */
export function patch(
  records: Record<string, AnyRecord>,
  changes: Iterable<readonly [key: string, record: AnyRecord | null | undefined]>,
): void {
  for (const [key, record] of changes) {
    if (record) records[key] = record;
    else delete records[key];
  }
}

const ID_BYTES = 9;

/** Sortable by time, and not to be guessed. */
export function newCommandId(now: number): string {
  return `${now.toString(36)}-${randomBytes(ID_BYTES).toString('hex')}`;
}

/** When a command with this id was made; `undefined` when the id is not one of ours. */
export function createdAtOf(commandId: string): number | undefined {
  const made = /^([0-9a-z]{8,9})-[0-9a-f]{18}$/.exec(commandId)?.[1];
  return made === undefined ? undefined : Number.parseInt(made, 36);
}

const isOver = (record: AnyRecord, now: number): boolean => 'expiresAt' in record && record.expiresAt <= now;

export class BufferedTransaction implements Tx, Changes {
  readonly #context: TransactionContext;
  readonly #lookUp: (key: string) => AnyRecord | undefined;
  readonly now: number;
  readonly rules: Rules;
  readonly records = new Map<string, AnyRecord | null>();
  readonly pictures = new Map<string, string | null>();
  readonly ended: EndedCommand[] = [];
  readonly audited: AuditEntry[] = [];
  readonly touchedCommands = new Set<string>();
  /** Keys that the decision looked at. */
  readonly seen = new Set<string>();

  constructor(context: TransactionContext, lookUp: (key: string) => AnyRecord | undefined) {
    this.#context = context;
    this.#lookUp = lookUp;

    this.now = context.now();
    this.rules = context.rules;
  }

  newId(): string {
    return this.#context.newId();
  }

  randomInt(below: number): number {
    return (this.#context.randomInt ?? randomInt)(below);
  }

  get<K extends Kind>(kind: K, id: string): Records[K] | undefined {
    const key = keyOf(kind, id);
    const changed = this.records.get(key);
    if (changed !== undefined) return (changed as Records[K] | null) ?? undefined;
    this.seen.add(key);
    const found = this.#lookUp(key);
    return found && !isOver(found, this.now) ? (found as Records[K]) : undefined;
  }

  put<K extends Kind>(kind: K, id: string, record: Records[K]): void {
    this.records.set(keyOf(kind, id), record);
  }

  drop(kind: Kind, id: string): void {
    this.records.set(keyOf(kind, id), null);
  }

  putPicture(commandId: string, dataUri: string): void {
    this.pictures.set(commandId, dataUri);
  }

  dropPicture(commandId: string): void {
    this.pictures.set(commandId, null);
  }

  archive(ended: EndedCommand): void {
    this.ended.push(ended);
  }

  audit(entry: Omit<AuditEntry, 'at'>): void {
    this.audited.push({ at: this.now, ...entry });
  }

  touch(commandId: string): void {
    this.touchedCommands.add(commandId);
  }

  get isEmpty(): boolean {
    return this.records.size === 0 && this.ended.length === 0 && this.audited.length === 0;
  }
}
