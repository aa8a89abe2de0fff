/** What is over costs a post nothing: as many bytes and as many operations on the disk after thousands of finished commands as after none. */
import { expect, it } from 'vitest';
import { RULES, START } from '../../../tests/contracts/store-harness.ts';
import { counter, post } from '../../../tests/contracts/store-steps.ts';
import { RelayStore } from '../relay-store.ts';
import { MemoryPresence } from '../presence.ts';
import type { Files } from './files.ts';
import { LowdbDatabase } from './lowdb-database.ts';

/** A disk that only counts. */
class MeteredFiles implements Files {
  operations = 0;
  readonly written = { journal: 0, history: 0, snapshot: 0 };

  async open(path: string) {
    this.operations++;
    return {
      write: async (data: string | Uint8Array): Promise<void> => {
        this.operations++;
        const into = path.includes('/journal/') ? 'journal' : path.includes('/history/') ? 'history' : 'snapshot';
        this.written[into] += Buffer.byteLength(data);
      },
      sync: async (): Promise<void> => void this.operations++,
      close: () => Promise.resolve(),
    };
  }
  async rename(): Promise<void> {
    this.operations++;
  }
  async syncDir(): Promise<void> {
    this.operations++;
  }
  async remove(): Promise<void> {
    this.operations++;
  }
  async list(): Promise<string[]> {
    this.operations++;
    return [];
  }
  async read(): Promise<Buffer | undefined> {
    this.operations++;
    return undefined;
  }
  size = async (): Promise<number> => 1;
  readPart = (): Promise<Buffer> => Promise.reject(new Error('nothing is kept'));
  truncate = (): Promise<void> => Promise.resolve();
  makeDir = (): Promise<void> => Promise.resolve();
}

async function begin(snapshotEvery: number) {
  const files = new MeteredFiles();
  let ids = 0;
  const now = (): number => START;
  const newId = (): string => `c${String(++ids).padStart(7, '0')}`;
  const database = await LowdbDatabase.open({
    dir: '/data',
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
  return { files, posts, close: () => database.close() };
}

const FINISHED = 4_000;

it('a post writes as much to journal and history, in as many operations, whatever is over', async () => {
  const { files, posts, close } = await begin(Infinity);
  const cost = async () => {
    const before = { ...files.written, operations: files.operations };
    await posts(50);
    // The journal's entries are numbered; their seals have a digit more at times.
    return {
      journal: Math.round((files.written.journal - before.journal) / 50 / 10),
      history: Math.round((files.written.history - before.history) / 50 / 10),
      // Lines are appended to the history after the answer, so that some fall into the next fifty.
      operations: Math.round((files.operations - before.operations) / 50),
    };
  };
  const first = await cost();
  expect(first.journal).toBeGreaterThan(50);
  expect(first.history).toBeGreaterThan(20);
  await posts(FINISHED);
  expect(await cost()).toEqual(first);
  await close();
});

it('a snapshot is as long, whatever is over', async () => {
  const { files, posts, close } = await begin(500);
  const lengthOfNext = async (): Promise<number> => {
    const before = files.written.snapshot;
    await posts(500);
    return files.written.snapshot - before;
  };
  await posts(200);
  const first = await lengthOfNext();
  expect(first).toBeGreaterThan(500);
  await posts(FINISHED);
  expect(Math.abs((await lengthOfNext()) - first)).toBeLessThan(20);
  await close();
});
