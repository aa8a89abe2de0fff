/**
 * The lowdb database on a disk that fails, loses power, or comes back damaged. Nothing answered is lost; nothing
 * refused comes back.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryFiles, type DiskOperation } from '../../../tests/support/store/memory-files.ts';
import {
  answersOf,
  betweenCalls,
  chapters,
  openTeller,
  reopened,
  STORY,
} from '../../../tests/support/store/store-story.ts';

let told: string[];
let between: ReadonlyMap<number, readonly string[]>;
/**
 * A snapshot after every group, so that there are many of them; and after some, so that the journal's files are longer.
 */
const CADENCES = [1, 4];
const counts = new Map<number, Map<DiskOperation, number>>();

beforeAll(async () => {
  for (const snapshotEvery of CADENCES) {
    const files = new MemoryFiles();
    const count = new Map<DiskOperation, number>();
    files.before = (operation) => count.set(operation, (count.get(operation) ?? 0) + 1);
    told = await chapters(files, snapshotEvery);
    counts.set(snapshotEvery, count);
  }
  expect(new Set(told).size).toBe(told.length);
  between = await betweenCalls();
  expect([...between].flatMap(([step, { length }]) => (length > 0 ? [[step, length]] : []))).toEqual([
    [0, 1],
    [12, 1],
    [13, 2],
  ]);
});

const eio = (): Error => Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });

async function failNth(operation: DiskOperation, n: number, times: number, snapshotEvery: number): Promise<void> {
  const files = new MemoryFiles();
  let count = 0;
  const teller = await openTeller(files, snapshotEvery);
  files.before = (asked) => {
    if (asked !== operation) return;
    count++;
    if (count >= n && count < n + times) throw eio();
  };
  for (const step of STORY.keys()) {
    // A step that is several calls may be refused in the middle; done again, it gets to the same end.
    let isRefused = false;
    for (let attempt = 0; attempt <= times; attempt++) {
      try {
        await teller.tell(step);
        break;
      } catch (error) {
        expect(error).toMatchObject({ code: 'store_unavailable' });
        expect(attempt).toBeLessThan(times);
        isRefused = true;
        // Memory, and what a start after a power cut finds, are as the last answered call left them.
        const now = await answersOf(teller);
        expect([told[step], ...mayBeBetween(step)]).toContain(now);
        expect((await reopened(files.after('power cut'))).answers).toBe(now);
        expect((await reopened(files.after('kill'))).answers).toBe(now);
      }
    }
    if (isRefused) expect(await answersOf(teller)).toBe(told[step + 1]);
  }
  expect(await answersOf(teller)).toBe(told.at(-1));
  for (const end of ['power cut', 'kill'] as const)
    expect((await reopened(files.after(end))).answers).toBe(told.at(-1));
  await teller.database.close();
}

const mayBeBetween = (step: number): readonly string[] => between.get(step) ?? [];

describe('a disk that fails', { timeout: 60_000 }, () => {
  for (const operation of ['write', 'sync', 'rename', 'syncDir', 'open'] as const)
    it(`the n-th ${operation} fails, for every n`, async () => {
      let tried = 0;
      for (const [snapshotEvery, count] of counts) {
        const all = count.get(operation) ?? 0;
        tried += all;
        for (let n = 1; n <= all; n++) await failNth(operation, n, 1, snapshotEvery);
      }
      expect(tried).toBeGreaterThan(20);
    });

  it('a disk that stays full for a while: everything is refused meanwhile, health says so, and then all goes on', async () => {
    const files = new MemoryFiles();
    const teller = await openTeller(files);
    for (const step of [0, 1, 2, 3]) await teller.tell(step);
    files.before = (operation) => {
      if (operation === 'write') throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    };
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(teller.tell(4)).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(await teller.store.health()).toMatchObject({ writable: false });
      expect(await answersOf(teller)).toBe(told[4]);
    }
    files.before = () => undefined;
    expect(await teller.store.health()).toMatchObject({ writable: true });
    for (let step = 4; step < STORY.length; step++) await teller.tell(step);
    expect((await reopened(files.after('power cut'))).answers).toBe(told.at(-1));
  });

  it('calls that came while a write was failing are refused with it, and one that only looked is not answered from what was undone', async () => {
    const files = new MemoryFiles();
    const teller = await openTeller(files);
    for (const step of [0, 1]) await teller.tell(step);
    const before = await answersOf(teller);
    let failing = true;
    files.before = (operation) => {
      if (failing && operation === 'sync') throw eio();
    };
    const post = teller.tell(2);
    // It asks for presence first; what it decides is in memory before anything is written.
    for (let turn = 0; turn < 100 && teller.database.device('d1')?.open.length === 0; turn++) await Promise.resolve();
    const look = teller.store.command('c2-1');
    const other = teller.store.changeDevice('d1', { kind: 'rename', computerName: 'Desk' }, 'admin');
    for (const call of [post, look, other]) await expect(call).rejects.toMatchObject({ code: 'store_unavailable' });
    failing = false;
    expect(await answersOf(teller)).toBe(before);
    await expect(teller.store.command('c2-1')).rejects.toMatchObject({ code: 'unknown_command' });
  });
});

describe('power cuts and kills', { timeout: 60_000 }, () => {
  for (const end of ['power cut', 'kill'] as const)
    it(`a ${end} at every single disk operation loses nothing that was answered`, async () => {
      for (const [snapshotEvery, count] of counts) await crashEverywhere(end, snapshotEvery, count);
    });

  async function crashEverywhere(
    end: 'power cut' | 'kill',
    snapshotEvery: number,
    operations: ReadonlyMap<DiskOperation, number>,
  ): Promise<void> {
    const total = [...operations.values()].reduce((sum, count) => sum + count, 0);
    for (let n = 1; n <= total; n++) {
      const files = new MemoryFiles();
      let count = 0;
      let crashed: MemoryFiles | undefined;
      files.before = () => {
        if (++count === n) crashed = files.after(end);
      };
      const teller = await openTeller(files, snapshotEvery);
      let step = 0;
      for (; step < STORY.length && !crashed; step++) await teller.tell(step);
      if (!crashed) await teller.database.close();
      if (!crashed) continue;
      // The step under way may have happened, up to one of its calls if it is several; what was answered before it has.
      const { answers, teller: next } = await reopened(crashed);
      const mayBe = step === 0 ? [told[0]] : [told[step - 1], ...mayBeBetween(step - 1), told[step]];
      expect(mayBe).toContain(answers);
      expect(next.damage).toEqual([]);
      await next.tell(Math.max(0, step - 1)).catch(() => undefined);
    }
  }
});
