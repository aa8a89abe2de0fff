/** Decisions that share one write: what they change, what was there before, and who waits for it. */
import type { Change } from '../database.ts';
import type { AnyRecord, BufferedTransaction } from '../buffered-transaction.ts';
import { DEVICE_KEY } from './due-times.ts';
import type { GroupLine } from './journal.ts';

export class Group {
  /** Resolves when the group is on the disk; rejects when it was undone. */
  readonly done: Promise<void>;
  /** What memory held before this group; `undefined` where there was nothing. */
  readonly before = new Map<string, AnyRecord | undefined>();
  readonly transactions: BufferedTransaction[] = [];
  /** Bytes that it is to take at least, to show that the disk takes so many. */
  padding = 0;
  isRefused = false;
  keep!: () => void;
  #reject!: (error: Error) => void;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.keep = resolve;
      this.#reject = reject;
    });
    // Each decision awaits it; a group without any must not end the process.
    this.done.catch(() => undefined);
  }

  /** Before the transaction's changes are made in `records`. */
  add(transaction: BufferedTransaction, records: Readonly<Record<string, AnyRecord>>): void {
    for (const key of transaction.records.keys()) if (!this.before.has(key)) this.before.set(key, records[key]);
    this.transactions.push(transaction);
  }

  touches(keys: ReadonlySet<string>): boolean {
    return [...keys].some((key) => this.before.has(key));
  }

  line(seq: number): GroupLine {
    return {
      seq,
      records: [...new Map(this.transactions.flatMap(({ records }) => [...records]))],
      ended: this.transactions.flatMap(({ ended }) => ended),
      audited: this.transactions.flatMap(({ audited }) => audited),
      ...(this.padding === 0 ? {} : { padding: ' '.repeat(this.padding) }),
    };
  }

  /** Data URIs by command id; `null`: the command is over. */
  pictures(): Map<string, string | null> {
    return new Map(this.transactions.flatMap(({ pictures }) => [...pictures]));
  }

  change(): Change {
    const devices = [...this.before.keys()].filter((key) => key.startsWith(DEVICE_KEY));
    const commandIds = new Set(this.transactions.flatMap(({ touchedCommands }) => [...touchedCommands]));
    return { deviceIds: devices.map((key) => key.slice(DEVICE_KEY.length)), commandIds: [...commandIds] };
  }

  refuse(error: Error): void {
    this.isRefused = true;
    this.#reject(error);
  }
}
