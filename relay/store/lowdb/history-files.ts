/** The files of the history: a day is two copies of the same lines, each of which makes good for the other. */
import { join } from 'node:path';
import type { EndedCommand } from '../../core/records.ts';
import { setAside, writeWhole, type Files } from './files.ts';
import { inOrder, newestFirst, parseLine, parseLines, textOf, type Line } from './history-line.ts';

export interface Place {
  readonly day: string;
  readonly offset: number;
  readonly length: number;
}

export const COPIES = ['jsonl', 'copy.jsonl'] as const;
const NAME = /^(\d{4}-\d\d-\d\d)\.(?:copy\.)?jsonl$/;

export class HistoryFiles {
  /** Bytes in the first copy, where the next line begins. Unknown after a write that failed: it may have left half a line. */
  private readonly sizes = new Map<string, number>();
  private readonly unsynced = new Set<string>();

  constructor(
    private readonly files: Files,
    private readonly dir: string,
    private readonly now: () => number,
    private readonly onDamage: (file: string) => void,
  ) {}

  private path(day: string, copy: string): string {
    return join(this.dir, `${day}.${copy}`);
  }

  /** Oldest first. */
  async list(): Promise<string[]> {
    const days = (await this.files.list(this.dir)).flatMap((name) => NAME.exec(name)?.[1] ?? []);
    return [...new Set(days)].sort();
  }

  /** Makes both copies hold all that either of them or the journal has, and answers where each line is in the first. */
  async mend(
    day: string,
    fromJournal: ReadonlyMap<string, Line> = new Map<string, Line>(),
  ): Promise<{ readonly line: Line; readonly place: Place }[]> {
    const paths = COPIES.map((copy) => this.path(day, copy));
    const copies = await Promise.all(paths.map(async (path) => parseLines(await this.files.read(path))));
    const all = new Map<string, Line>([...copies.flatMap((lines) => [...lines]), ...fromJournal]);
    if (all.size === 0) return [];
    const lines = inOrder([...all.values()]);
    let isChanged = false;
    for (const [index, path] of paths.entries()) {
      if (copies[index].size === all.size) continue;
      // What only the journal has is a crash between journal and history. What the other copy has was lost from this one.
      const isLost = [...all.keys()].some((key) => !copies[index].has(key) && !fromJournal.has(key));
      if (isLost && (await this.files.size(path)) > 0) this.onDamage(await setAside(this.files, path, this.now()));
      else if (isLost) this.onDamage(path);
      await writeWhole(this.files, path, [lines.map(textOf).join('')]);
      isChanged = true;
    }
    if (isChanged) await this.files.syncDir(this.dir);
    return this.places(day, await this.files.read(paths[0]));
  }

  private places(day: string, data: Buffer = Buffer.alloc(0)): { line: Line; place: Place }[] {
    const places = [];
    let offset = 0;
    for (let end = data.indexOf(0x0a); end >= 0; end = data.indexOf(0x0a, offset)) {
      const line = parseLine(data.toString('utf8', offset, end));
      if (line) places.push({ line, place: { day, offset, length: end - offset } });
      offset = end + 1;
    }
    if (offset === data.length) this.sizes.set(day, offset);
    return places;
  }

  /** Rejects when it is not known to be in both copies; then it may be in one, or half, and the same lines may be appended again. */
  async append(day: string, lines: readonly Line[]): Promise<Place[]> {
    const texts = lines.map(textOf);
    const size = this.sizes.get(day);
    // Half a line may be at the end; what follows must not become part of it.
    const lead = size === undefined ? '\n' : '';
    let offset = size ?? (await this.files.size(this.path(day, COPIES[0]))) + lead.length;
    this.sizes.delete(day);
    this.unsynced.add(day);
    for (const copy of COPIES) {
      const file = await this.files.open(this.path(day, copy), 'a');
      try {
        await file.write(lead + texts.join(''));
      } finally {
        await file.close();
      }
    }
    const places = texts.map((text) => {
      const length = Buffer.byteLength(text);
      const place: Place = { day, offset, length: length - 1 };
      offset += length;
      return place;
    });
    this.sizes.set(day, offset);
    return places;
  }

  /** What was appended is on the disk when it resolves. */
  async sync(): Promise<void> {
    for (const day of [...this.unsynced]) {
      this.unsynced.delete(day);
      try {
        for (const copy of COPIES) {
          const file = await this.files.open(this.path(day, copy), 'a');
          try {
            await file.sync();
          } finally {
            await file.close();
          }
        }
      } catch (error) {
        this.unsynced.add(day);
        throw error;
      }
    }
    await this.files.syncDir(this.dir);
  }

  async read(place: Place, commandId: string): Promise<EndedCommand | undefined> {
    for (const copy of COPIES) {
      const data = await this.files
        .readPart(this.path(place.day, copy), place.offset, place.length)
        .catch(() => undefined);
      const ended = data && parseLine(data.toString('utf8'))?.c;
      if (ended?.commandId === commandId) return ended;
    }
    // Where the places do not fit (a line was torn before them), the day is read.
    const lines = newestFirst(await this.copiesOf(place.day), [], JSON.stringify(commandId));
    for await (const { c } of lines) if (c?.commandId === commandId) return c;
    return undefined;
  }

  /** The copies of a day that are there. */
  async copiesOf(day: string): Promise<Buffer[]> {
    const copies = await Promise.all(COPIES.map((copy) => this.files.read(this.path(day, copy))));
    return copies.filter((data) => data !== undefined);
  }

  async remove(day: string): Promise<void> {
    for (const copy of COPIES) await this.files.remove(this.path(day, copy));
    this.sizes.delete(day);
  }
}
