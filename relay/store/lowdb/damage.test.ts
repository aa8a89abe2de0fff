/** A folder that comes back damaged: what can be read is read, and what cannot is told, counted and set aside. */
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../../tests/support/store/memory-files.ts';
import {
  afterCut,
  answersOf,
  journalsOf,
  openTeller,
  reopened,
  STORY,
  toldByGroup,
  wholeLines,
  wrongAfterCut,
} from '../../../tests/support/store/store-story.ts';
import { lineOf } from './lines.ts';

let disk: MemoryFiles;
let groups: ReadonlyMap<number, readonly string[]>;
let whole: string;

beforeAll(async () => {
  const files = new MemoryFiles();
  const told = await toldByGroup(files, 5);
  disk = files.after('kill');
  ({ groups } = told);
  whole = await answersOf(told.teller);
});

const ofKind = (kind: RegExp): string[] => disk.paths().filter((path) => kind.test(path));
const HISTORY = /\/history\/.*\.lines$/;
/** The one command of the story that is still open. */
const OPEN_AT_THE_END = 'c13-3';
const SNAPSHOT = /\/snapshots\/\d+\.lines$/;

interface Answers {
  readonly devices: unknown;
  readonly commands: Readonly<Record<string, unknown>>;
  readonly audit: readonly string[];
}
const countOf = ({ commands, audit }: Answers): number => Object.keys(commands).length + audit.length;

/** The same disk with one file otherwise. */
async function withFile(path: string, change: (bytes: Buffer) => Buffer | undefined): Promise<MemoryFiles> {
  const changed = disk.after('kill');
  const bytes = change(Buffer.from(changed.bytes(path)));
  if (bytes === undefined) await changed.remove(path);
  else changed.put(path, bytes);
  return changed;
}

describe('damage', () => {
  it('one file cut anywhere costs nothing but what was cut, is told and is set aside', async () => {
    for (const path of disk.paths()) {
      const size = await disk.size(path);
      // Every byte of every file is tests/long/relay/store-cuts.test.ts.
      for (const length of new Set([0, 1, size >> 1, size - 2, size - 1])) {
        if (length < 0 || length >= size) continue;
        const wrong = wrongAfterCut(disk, path, length, await afterCut(disk, path, length), groups);
        expect(wrong, `${path} cut to ${length} of ${size}`).toBeUndefined();
      }
    }
  });

  it('the newest snapshot, damaged at any line, costs nothing: the one before and the journal have it all', async () => {
    const path = ofKind(SNAPSHOT).sort().at(-1) ?? '';
    const lines = wholeLines(disk, path).length;
    expect(lines).toBeGreaterThan(5);
    for (let line = 0; line < lines; line++) {
      const { answers, teller } = await reopened(await withFile(path, (bytes) => flipped(bytes, line)));
      expect(answers).toBe(whole);
      expect(teller.damage).toEqual([path]);
    }
  });

  it('a changed byte that stays JSON shows, in every line of the journal; what lies behind it is read, and the lost are counted', async () => {
    const path = journalsOf(disk).at(-1) ?? '';
    const lines = wholeLines(disk, path);
    expect(lines.length).toBeGreaterThan(3);
    const newest = Number(lines.at(-1)?.['seq']);
    for (const [nth, line] of lines.entries()) {
      const { teller } = await reopened(await withFile(path, (bytes) => flipped(bytes, nth)));
      expect(teller.damage).toContain(path);
      const isGroup = 'seq' in line;
      expect(teller.lost, JSON.stringify(line).slice(0, 80)).toBe(
        (isGroup && line['seq'] !== newest) || line['picture'] === OPEN_AT_THE_END ? 1 : 0,
      );
    }
  });

  it.each([
    ['emptied', () => Buffer.alloc(0)],
    ['filled with NULs', (bytes: Buffer) => Buffer.alloc(bytes.length)],
    ['missing', () => undefined],
    ['with a torn line', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 300), bytes.subarray(330)])],
    ['with a changed byte that stays JSON', (bytes: Buffer) => flipped(bytes, 2)],
  ] as const)('a history that is %s is told and counted, and only what it had is gone', async (_how, change) => {
    const [path] = ofKind(HISTORY);
    const damaged = await withFile(path, change);
    const { answers, teller } = await reopened(damaged);
    expect(teller.damage).toEqual([path]);
    const [found, expected] = [answers, whole].map((text) => JSON.parse(text) as Answers);
    const missing = countOf(expected) - countOf(found);
    // What the journal has as well was made good.
    expect(missing).toBeGreaterThan(0);
    expect(teller.lost).toBe(missing);
    expect(found.devices).toEqual(expected.devices);
    expect(expected.commands).toMatchObject(found.commands);
    const again = await reopened(damaged.after('kill'));
    expect(again.answers).toBe(answers);
    // It goes on being told until a person has looked.
    expect((await again.teller.store.health()).damage).toHaveLength(1);
    for (const aside of damaged.paths().filter((name) => name.includes('.damaged-'))) await damaged.remove(aside);
    expect((await (await openTeller(damaged.after('kill'))).store.health()).damage).toEqual([]);
  });

  it('a complete history file is checked beside a running relay, and again when it is asked', async () => {
    const files = new MemoryFiles();
    const teller = await openTeller(files, 4, { historySegmentBytes: 1_000 });
    for (const step of STORY.keys()) await teller.tell(step);
    const before = await answersOf(teller);
    await teller.database.close();
    const [first] = files
      .paths()
      .filter((path) => HISTORY.test(path))
      .sort();
    expect(files.paths()).toContain(first.replace('.lines', '.index'));
    const bytes = Buffer.from(files.bytes(first));
    files.put(first, flipped(bytes, 1));
    const { teller: next } = await reopened(files);
    await expect.poll(() => next.damage).toEqual([first]);
    expect(next.lost).toBe(1);
    files.put(first, bytes);
    // An index that is damaged or missing is made again.
    const index = first.replace('.lines', '.index');
    await next.database.close();
    for (const damage of [undefined, Buffer.from('rubbish'), flipped(files.bytes(index), 0)]) {
      const disk = files.after('kill');
      for (const aside of disk.paths().filter((name) => name.includes('.damaged-'))) await disk.remove(aside);
      if (damage) disk.put(index, damage);
      else await disk.remove(index);
      const { answers, teller } = await reopened(disk);
      expect(answers).toBe(before);
      expect(teller.damage.filter((file) => file !== first)).toEqual([]);
    }
  });

  it('a history without the store that made it is no empty store', async () => {
    const files = new MemoryFiles();
    const teller = await openTeller(files);
    for (const step of STORY.keys()) await teller.tell(step);
    await teller.database.close();
    const stopped = files.after('kill');
    for (const path of stopped.paths()) if (!path.includes('/history/')) await stopped.remove(path);
    await expect(openTeller(stopped)).rejects.toThrow(/only its history is left/);
    const part = files.after('kill');
    for (const path of part.paths()) if (path.includes('snapshot')) await part.remove(path);
    await expect(openTeller(part)).rejects.toThrow(/Restore a backup/);
  });

  it('both snapshots damaged: a sentence, and nothing is taken for empty', async () => {
    const changed = disk.after('kill');
    for (const path of ofKind(SNAPSHOT)) changed.put(path, flipped(changed.bytes(path), 1));
    await expect(openTeller(changed)).rejects.toThrow(/snapshots .* missing or damaged.*Restore a backup/);
    expect(changed.paths()).toEqual(disk.paths());
  });

  it('a file of a newer relay is refused with a sentence, and left alone', async () => {
    for (const kind of [SNAPSHOT, HISTORY, /\/journal\//]) {
      const path = ofKind(kind).sort().at(-1) ?? '';
      const newer = lineOf({ layout: 3, kind: 'any', seq: 0, history: [] });
      const changed = await withFile(path, (bytes) => Buffer.concat([newer, bytes.subarray(bytes.indexOf('\n') + 1)]));
      await expect(openTeller(changed)).rejects.toThrow(
        /was written by a newer relay \(layout 3; this one reads 2\)\. Start that relay again, or restore a backup/,
      );
      expect(changed.paths()).toEqual(disk.paths());
    }
  });

  it('the newest groups that the owner of the folder before has noted are missed when they are gone', async () => {
    const path = journalsOf(disk).at(-1) ?? '';
    const newest = Math.max(...groups.keys());
    const lost = await withFile(path, (bytes) => bytes.subarray(0, bytes.lastIndexOf('\n', -2) + 1));
    const noted = await openTeller(lost.after('kill'), 4, { noteBefore: newest });
    expect([noted.lost, noted.damage]).toEqual([1, ['/data/journal/newest groups']]);
    // A backup has no such note, and may end earlier than its folder.
    const restored = await openTeller(lost.after('kill'));
    expect(restored.damage).toEqual([]);
  });
});

/** One bit of the text of this line, so that it stays JSON. */
function flipped(bytes: Buffer, line: number): Buffer {
  const copy = Buffer.from(bytes);
  let at = 0;
  for (let nth = 0; nth < line; nth++) at = copy.indexOf('\n', at) + 1;
  const end = copy.indexOf('\n', at);
  const quote = copy.lastIndexOf('"', end);
  const letter = copy.subarray(at + 18, quote).findLastIndex((byte) => byte >= 0x61 && byte <= 0x7a && byte !== 0x7a);
  copy[at + 18 + letter] ^= 0x01;
  return copy;
}
