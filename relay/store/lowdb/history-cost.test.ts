/**
 * What is over costs a post nothing: as many bytes and as many operations on the disk after thousands of finished
 * commands as after none.
 */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { RULES, START } from '../../../tests/contracts/store-harness.ts';
import { counter, post } from '../../../tests/contracts/store-steps.ts';
import { removeFolder } from '../../../tests/support/remove-folder.ts';
import { eventually } from '../../../tests/support/wait.ts';
import { RelayStore } from '../relay-store.ts';
import { MemoryPresence } from '../presence.ts';
import { nodeFiles, type Files, type OpenFile } from './files.ts';
import { LowdbDatabase } from './lowdb-database.ts';

/** A folder in memory whose operations and bytes are counted. */
class MeteredFiles implements Files {
  operations = 0;
  readonly written = { journal: 0, history: 0, snapshot: 0 };

  async open(path: string, flags: 'w' | 'a'): Promise<OpenFile> {
    this.operations++;
    const file = await nodeFiles.open(path, flags);
    const into = path.includes('/journal/') ? 'journal' : path.includes('/history/') ? 'history' : 'snapshot';
    return {
      write: (data) => {
        this.operations++;
        this.written[into] += Buffer.byteLength(data);
        return file.write(data);
      },
      sync: () => this.#counted(file.sync()),
      close: () => file.close(),
    };
  }

  #counted<T>(operation: Promise<T>): Promise<T> {
    this.operations++;
    return operation;
  }
  rename = (from: string, to: string): Promise<void> => this.#counted(nodeFiles.rename(from, to));
  syncDir = (path: string): Promise<void> => this.#counted(nodeFiles.syncDir(path));
  remove = (path: string): Promise<void> => this.#counted(nodeFiles.remove(path));
  list = (path: string): Promise<string[]> => this.#counted(nodeFiles.list(path));
  read = (path: string): Promise<Buffer | undefined> => this.#counted(nodeFiles.read(path));
  readPart = (path: string, offset: number, length: number): Promise<Buffer> =>
    this.#counted(nodeFiles.readPart(path, offset, length));
  size = (path: string): Promise<number> => nodeFiles.size(path);
  truncate = (path: string, length: number): Promise<void> => this.#counted(nodeFiles.truncate(path, length));
  makeDir = (path: string): Promise<void> => nodeFiles.makeDir(path);
}

const scratch: string[] = [];
afterAll(() => {
  for (const dir of scratch) removeFolder(dir);
});

async function begin(snapshotEvery: number) {
  const files = new MeteredFiles();
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'counterqr-cost-'));
  scratch.push(dir);
  let ids = 0;
  const now = (): number => START;
  const newId = (): string => `c${String(++ids).padStart(7, '0')}`;
  const database = await LowdbDatabase.open({
    dir,
    historyDays: 7,
    files,
    rules: RULES,
    now,
    newId,
    snapshotEvery,
  });
  const store = new RelayStore(database, new MemoryPresence(now), now);
  await counter(store, 'd1', 'a1');
  // Each post ends the one before it.
  const posts = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) await post(store, 'a1', 'https://pay.example/p/8842');
  };
  // The figures of the display (posts today) have their digits from the first measured post on.
  await posts(1_000);
  return { files, dir, posts, close: () => database.close() };
}

/** So many ended commands fill a file of the history. */
const FILE = 4_000;
const FINISHED = FILE;

it(
  'a post writes as much to journal and history, in as many operations, whatever is over',
  { timeout: 60_000 },
  async () => {
    const { files, posts, close } = await begin(Infinity);
    const cost = async () => {
      const before = { ...files.written, operations: files.operations };
      await posts(FILE);
      return {
        journal: (files.written.journal - before.journal) / FILE,
        // What is over is written many at a time, and the newest file anew with it.
        history: (files.written.history - before.history) / FILE,
        operations: Math.round((files.operations - before.operations) / FILE),
      };
    };
    const first = await cost();
    expect(first.journal).toBeGreaterThan(500);
    expect(first.history).toBeGreaterThan(200);
    await posts(FINISHED);
    const then = await cost();
    // The numbers of groups and places have a digit more.
    expect(then.journal / first.journal).toBeLessThan(1.03);
    expect(then.history / first.history).toBeLessThan(1.03);
    expect(then.operations).toBe(first.operations);
    await close();
  },
);

it('a snapshot is as long, whatever is over', async () => {
  const { files, dir, posts, close } = await begin(500);
  const lengthOfNext = async (): Promise<number> => {
    const before = files.written.snapshot;
    await posts(500);
    await eventually(() => expect(files.written.snapshot).toBeGreaterThan(before));
    return files.written.snapshot - before;
  };
  await posts(200);
  const first = await lengthOfNext();
  expect(first).toBeGreaterThan(500);
  await posts(FINISHED);
  // It names the files of the history: one more for some thousand ended commands.
  const more = (await files.list(join(dir, 'history'))).filter((name) => name.endsWith('.lines')).length - 1;
  expect(more).toBe(1);
  expect((await lengthOfNext()) - first).toBeLessThan(20 + 130 * more);
  await close();
});
