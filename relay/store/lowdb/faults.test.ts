/** The lowdb ledger on a disk that fails, loses power, or comes back damaged. Nothing answered is lost; nothing refused comes back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryFiles, type DiskOperation } from '../../../tests/support/store/memory-files.ts';
import {
  afterCut,
  answersOf,
  betweenCalls,
  chapters,
  openTeller,
  reopened,
  STORY,
} from '../../../tests/support/store/store-story.ts';

let told: string[];
let between: ReadonlyMap<number, readonly string[]>;
const counts = new Map<DiskOperation, number>();

beforeAll(async () => {
  const files = new MemoryFiles();
  files.before = (operation) => counts.set(operation, (counts.get(operation) ?? 0) + 1);
  told = await chapters(files);
  expect(new Set(told).size).toBe(told.length);
  between = await betweenCalls();
  expect([...between].flatMap(([step, { length }]) => (length > 0 ? [[step, length]] : []))).toEqual([
    [0, 1],
    [12, 1],
    [13, 2],
  ]);
});

const eio = (): Error => Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });

async function failNth(operation: DiskOperation, n: number, times: number): Promise<void> {
  const files = new MemoryFiles();
  let count = 0;
  const teller = await openTeller(files);
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
      const all = counts.get(operation) ?? 0;
      expect(all).toBeGreaterThan(20);
      for (let n = 1; n <= all; n++) await failNth(operation, n, 1);
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
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      for (let n = 1; n <= total; n++) {
        const files = new MemoryFiles();
        let count = 0;
        let crashed: MemoryFiles | undefined;
        files.before = () => {
          if (++count === n) crashed = files.after(end);
        };
        const teller = await openTeller(files);
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
    });
});

describe('damage', () => {
  it('one file cut anywhere costs nothing, is told and is set aside', async () => {
    const files = new MemoryFiles();
    const teller = await openTeller(files);
    for (const step of STORY.keys()) await teller.tell(step);
    const disk = files.after('kill');
    for (const path of disk.paths()) {
      const size = await disk.size(path);
      // Every byte of every file is tests/long/relay/store-cuts.test.ts.
      for (const length of new Set([0, 1, size >> 1, size - 2, size - 1])) {
        if (length < 0 || length >= size) continue;
        expect(await afterCut(disk, path, length), `${path} cut to ${length} of ${size}`).toEqual({
          answers: told.at(-1),
          isTold: true,
        });
      }
    }
  });

  it('a history without the store that made it is no empty store', async () => {
    const files = new MemoryFiles();
    const teller = await openTeller(files);
    for (const step of STORY.keys()) await teller.tell(step);
    await teller.database.close();
    const disk = files.after('kill');
    for (const path of disk.paths()) if (!path.includes('/history/')) await disk.remove(path);
    await expect(openTeller(disk)).rejects.toThrow(/only its history is left/);
    const part = files.after('kill');
    for (const path of part.paths()) if (path.includes('snapshot')) await part.remove(path);
    await expect(openTeller(part)).rejects.toThrow(/Restore a backup/);
  });

  it('an entry of which both copies are damaged is told, and what came after it still holds', async () => {
    const files = new MemoryFiles();
    const teller = await openTeller(files);
    for (const step of [0, 1, 2]) await teller.tell(step);
    const disk = files.after('kill');
    const newest =
      disk
        .paths()
        .filter((path) => path.endsWith('.a') && path.includes('/journal/'))
        .sort()
        .at(-1) ?? '';
    disk.cut(newest, 10);
    disk.cut(newest.replace(/a$/, 'b'), 10);
    const { teller: next, answers } = await reopened(disk);
    expect(answers).toBe(told[2]);
    expect(next.damage.filter((file) => file.includes('damaged'))).toHaveLength(2);
    expect(next.damage.some((file) => /entry \d+ is missing/.test(file))).toBe(true);
    expect((await next.store.health()).damage).toEqual(next.damage);
    await next.tell(2);
    expect(await answersOf(next)).toBe(told[3]);
    expect((await reopened(disk.after('kill'))).answers).toBe(told[3]);
  });
});
