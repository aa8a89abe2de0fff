/** lowdb's adapter: the whole document in one sealed file, the one before kept, so that a damaged one costs nothing. */
import type { Adapter } from 'lowdb';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setAside, writeWhole, type Files } from './files.ts';
import { sealed, unseal } from './sealed.ts';
import type { AnyRecord } from '../buffered-transaction.ts';

export interface Document {
  /** The last journal entry that is in it. */
  seq: number;
  records: Record<string, AnyRecord>;
}

/** Records turned to text before others get a turn: some milliseconds. */
const SLICE = 500;

async function* pieces(seq: number, entries: readonly (readonly [string, AnyRecord])[]): AsyncGenerator<string> {
  yield `{"seq":${seq},"records":{`;
  for (let from = 0; from < entries.length; from += SLICE) {
    const slice = entries.slice(from, from + SLICE);
    const text = slice.map(([key, record]) => `${JSON.stringify(key)}:${JSON.stringify(record)}`).join(',');
    yield from === 0 ? text : `,${text}`;
    await setImmediate();
  }
  yield '}}';
}

export class SnapshotAdapter implements Adapter<Document> {
  /** The number of the snapshot before the newest: the journal is needed from there on. */
  previousSeq = 0;
  /** The number of the newest snapshot: what came after it is in the journal alone. */
  newestSeq = 0;
  private readonly newest: string;
  private readonly previous: string;

  constructor(
    private readonly files: Files,
    private readonly dir: string,
    private readonly now: () => number,
    private readonly onDamage: (file: string) => void,
  ) {
    this.newest = join(dir, 'snapshot.json');
    this.previous = join(dir, 'snapshot.previous.json');
  }

  /** Whether the file before the newest still holds what the newest does not. */
  get previousIsOlder(): boolean {
    return this.previousSeq < this.newestSeq;
  }

  async read(): Promise<Document | null> {
    const previous = await this.readOne(this.previous);
    const newest = await this.readOne(this.newest);
    this.previousSeq = previous?.seq ?? 0;
    this.newestSeq = newest?.seq ?? this.previousSeq;
    return newest ?? previous ?? null;
  }

  private async readOne(path: string): Promise<Document | undefined> {
    const data = await this.files.read(path);
    if (!data) return undefined;
    const unsealed = unseal(data);
    if (unsealed) return JSON.parse(unsealed.text) as Document;
    this.onDamage(await setAside(this.files, path, this.now()));
    return undefined;
  }

  /** Records are never changed in place, so the text is of one moment although it is made in slices. */
  async write({ seq, records }: Document): Promise<void> {
    const entries = Object.entries(records);
    const written = join(this.dir, 'snapshot.next.json');
    await writeWhole(this.files, written, sealed(pieces(seq, entries), seq));
    if ((await this.files.size(this.newest)) > 0) await this.files.rename(this.newest, this.previous);
    await this.files.rename(written, this.newest);
    await this.files.syncDir(this.dir);
    this.previousSeq = this.newestSeq;
    this.newestSeq = seq;
  }
}
