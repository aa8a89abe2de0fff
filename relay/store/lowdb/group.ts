/** Decisions that share one write: what they change, what was there before, and who waits for it. */
import type { Change } from '../database.ts';
import type { AnyRecord, BufferedTransaction } from '../buffered-transaction.ts';
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { Entry } from './journal.ts';

export class Group {
  /** Resolves when the group is on the disk; rejects when it was undone. */
  readonly done: Promise<void>;
  /** Data URIs by command id; `null`: the command is over. */
  readonly pictures = new Map<string, string | null>();
  /** What memory held before this group; `undefined` where there was nothing. */
  readonly before = new Map<string, AnyRecord | undefined>();
  /** It is to be long enough to show that the disk takes writes. */
  isProof = false;
  size = 0;
  isRefused = false;
  keep!: () => void;
  readonly #after = new Map<string, AnyRecord | null>();
  readonly #ended: EndedCommand[] = [];
  readonly #audited: AuditEntry[] = [];
  readonly #touched = new Set<string>();
  #reject!: (error: Error) => void;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.keep = resolve;
      this.#reject = reject;
    });
    // Each decision awaits it; a group without any must not end the process.
    this.done.catch(() => undefined);
  }

  add(transaction: BufferedTransaction, records: Readonly<Record<string, AnyRecord>>): void {
    this.size++;
    for (const [key, record] of transaction.records) {
      if (!this.before.has(key)) this.before.set(key, records[key]);
      this.#after.set(key, record);
    }
    for (const [commandId, picture] of transaction.pictures) this.pictures.set(commandId, picture);
    this.#ended.push(...transaction.ended);
    this.#audited.push(...transaction.audited);
    for (const commandId of transaction.touchedCommands) this.#touched.add(commandId);
  }

  touches(keys: ReadonlySet<string>): boolean {
    for (const key of keys) if (this.#after.has(key)) return true;
    return false;
  }

  entry(): Entry {
    return { records: [...this.#after], ended: this.#ended, audited: this.#audited };
  }

  newPictures(): (readonly [commandId: string, uri: string])[] {
    return [...this.pictures].filter((entry): entry is [string, string] => entry[1] !== null);
  }

  change(): Change {
    const deviceIds = [...this.#after.keys()].filter((key) => key.startsWith('device:')).map((key) => key.slice(7));
    return { deviceIds, commandIds: [...this.#touched] };
  }

  refuse(error: Error): void {
    this.isRefused = true;
    this.#reject(error);
  }
}
