/**
 * The journal: one small file per group commit since the snapshot before the last. Each is written twice, so that any one file may be
 * damaged without a loss. A file holds whole new values, so replaying one twice does no harm.
 */
import { join } from 'node:path';
import { setAside, writeWhole, type Files } from './files.ts';
import { sealed, unseal, type Unsealed } from './sealed.ts';
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { AnyRecord } from '../buffered-transaction.ts';

export interface Entry {
  readonly records: readonly (readonly [key: string, record: AnyRecord | null])[];
  readonly ended: readonly EndedCommand[];
  readonly audited: readonly AuditEntry[];
}

/** `entry` is undefined when both copies were damaged. */
export interface Numbered {
  readonly seq: number;
  readonly entry: Entry | undefined;
}

const COPIES = ['a', 'b'] as const;
const nameOf = (seq: number, copy: string): string => `${String(seq).padStart(12, '0')}.${copy}`;
const NAME = /^(\d{12})\.([ab])$/;

export class Journal {
  /** A refused write may have left one of its copies; the next one with the same number must win over it. */
  private attempt = 0;

  constructor(
    private readonly files: Files,
    private readonly dir: string,
  ) {}

  async write(seq: number, entry: Entry): Promise<void> {
    await this.writeBoth(seq, JSON.stringify(entry), this.attempt++);
  }

  private async writeBoth(seq: number, text: string, attempt: number): Promise<void> {
    const outcomes = await Promise.allSettled(
      COPIES.map((copy) => writeWhole(this.files, join(this.dir, nameOf(seq, copy)), sealed([text], seq, attempt))),
    );
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    if (refused) throw refused.reason;
    await this.files.syncDir(this.dir);
  }

  /** After a refused write: what it left must not come back at the next start. */
  async erase(seq: number): Promise<void> {
    await Promise.allSettled(COPIES.map((copy) => this.files.remove(join(this.dir, nameOf(seq, copy)))));
    await this.files.syncDir(this.dir).catch(() => undefined);
  }

  private async numbers(): Promise<number[]> {
    const found = new Set<number>();
    for (const name of await this.files.list(this.dir)) {
      const match = NAME.exec(name);
      if (match) found.add(Number(match[1]));
    }
    return [...found].sort((a, b) => a - b);
  }

  /** What a crash left half written. Only at the start: later it may be an entry that is being written. */
  private async sweep(): Promise<void> {
    for (const name of await this.files.list(this.dir))
      if (name.endsWith('.tmp')) await this.files.remove(join(this.dir, name));
  }

  /**
   * Every entry after `after` in order. Damaged copies are set aside and told to `onDamage`, and made again from the other one; an entry is
   * listed even when both copies were damaged.
   */
  async read(after: number, now: number, onDamage: (file: string) => void): Promise<Numbered[]> {
    const entries: Numbered[] = [];
    await this.sweep();
    for (const seq of await this.numbers()) {
      if (seq <= after) continue;
      const copies: Unsealed[] = [];
      for (const copy of COPIES) {
        const path = join(this.dir, nameOf(seq, copy));
        const data = await this.files.read(path);
        if (!data) continue;
        const unsealed = unseal(data);
        if (unsealed?.seq === seq) copies.push(unsealed);
        else onDamage(await setAside(this.files, path, now));
      }
      copies.sort((one, other) => other.attempt - one.attempt);
      const newest = copies[0];
      entries.push({ seq, entry: newest && (JSON.parse(newest.text) as Entry) });
      if (newest && copies.filter(({ attempt }) => attempt === newest.attempt).length < COPIES.length)
        await this.writeBoth(seq, newest.text, newest.attempt);
    }
    return entries;
  }

  /** Forgets the entries up to and with `seq`: two snapshots hold them. */
  async prune(seq: number): Promise<void> {
    for (const number of await this.numbers())
      if (number <= seq) for (const copy of COPIES) await this.files.remove(join(this.dir, nameOf(number, copy)));
  }
}
