/**
 * A start on a disk that takes nothing: questions are answered, and all goes on by itself when there is room. A folder
 * that somebody else has taken is let go.
 */
import { describe, expect, it, vi } from 'vitest';
import { LockLost, LockTaken, type HeldLock } from '../../../node/lock-file.ts';
import { RULES, START } from '../../../tests/contracts/store-harness.ts';
import { counter, post } from '../../../tests/contracts/store-steps.ts';
import { eventually } from '../../../tests/support/wait.ts';
import { MemoryFiles } from '../../../tests/support/store/memory-files.ts';
import { MemoryPresence } from '../presence.ts';
import { RelayStore } from '../relay-store.ts';
import { LowdbDatabase } from './lowdb-database.ts';
import type { LowdbOptions } from './lowdb-options.ts';

const now = (): number => START;
let ids = 0;

async function open(files: MemoryFiles, more: Partial<LowdbOptions> = {}) {
  const newId = (): string => `c${++ids}`;
  const database = await LowdbDatabase.open({ dir: '/data', historyDays: 7, files, rules: RULES, now, newId, ...more });
  return new RelayStore(database, new MemoryPresence(now), now);
}

const refused = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });
const free = async (): Promise<HeldLock> => ({
  noteBefore: undefined,
  check: async () => undefined,
  release: async () => undefined,
});

async function filled(): Promise<{ files: MemoryFiles; commandId: string }> {
  const files = new MemoryFiles();
  const store = await open(files);
  await counter(store, 'd1', 'a1');
  const { commandId } = await post(store, 'a1', 'pay');
  return { files: files.after('kill'), commandId };
}

describe('a start', () => {
  it.each(['ENOSPC', 'EROFS', 'EDQUOT'])(
    'on a disk that says %s answers questions, and goes on by itself',
    async (code) => {
      const { files, commandId } = await filled();
      let isFull = true;
      files.before = () => {
        if (isFull) throw refused(code);
      };
      const onReadOnly = vi.fn();
      const takeLock = async (): Promise<HeldLock> => {
        if (isFull) throw refused(code);
        return free();
      };
      const store = await open(files, { takeLock, onReadOnly });
      expect(onReadOnly.mock.calls).toEqual([[expect.objectContaining({ code })]]);
      expect(await store.command(commandId)).toMatchObject({ commandId, state: 'pending' });
      expect(await store.health()).toMatchObject({ writable: false });
      await expect(post(store, 'a1', 'more')).rejects.toMatchObject({ code: 'store_unavailable' });
      isFull = false;
      // Nothing was proven yet.
      expect(await store.health()).toMatchObject({ writable: false });
      const changes = vi.fn();
      store.watch(changes);
      await eventually(async () => {
        await store.sweep();
        expect(onReadOnly).toHaveBeenLastCalledWith();
      });
      // Those who wait look again: the folder was read anew.
      expect(changes).toHaveBeenCalledWith(expect.objectContaining({ isUncertain: true }));
      expect(await store.health()).toEqual({ writable: true, damage: [] });
      const more = await post(store, 'a1', 'more');
      expect(await (await open(files.after('power cut'))).command(more.commandId)).toMatchObject({ state: 'pending' });
      await store.close();
    },
  );

  it('on a folder that may not be written, or that somebody has, is refused', async () => {
    const { files } = await filled();
    const locks = [refused('EACCES'), new LockTaken(7, undefined, '/data')];
    for (const error of locks) await expect(open(files, { takeLock: () => Promise.reject(error) })).rejects.toBe(error);
  });

  it('reads what somebody else has written while the disk was full', async () => {
    const { files, commandId } = await filled();
    let isFull = true;
    const takeLock = async (): Promise<HeldLock> => {
      if (isFull) throw refused('ENOSPC');
      return free();
    };
    const store = await open(files, { takeLock });
    const other = await open(files);
    await other.cancel(commandId, 'app');
    await other.close();
    isFull = false;
    await eventually(async () => {
      await store.sweep();
      expect((await store.command(commandId)).state).toBe('cancelled');
    });
    await store.close();
  });
});

describe('health', () => {
  it('is not good before as much was written as the disk refused', async () => {
    const { files } = await filled();
    const store = await open(files);
    let room = Infinity;
    const picture = `data:image/png;base64,${'A'.repeat(30_000)}`;
    const sizes: number[] = [];
    files.beforeWrite = (length) => {
      sizes.push(length);
      if (length > room) throw refused('ENOSPC');
    };
    room = 20_000;
    // A text goes into what the last block has left, a picture does not.
    await post(store, 'a1', 'text');
    await expect(post(store, 'a1', 'image', { picture })).rejects.toMatchObject({ code: 'store_unavailable' });
    await post(store, 'a1', 'text');
    expect(await store.health()).toMatchObject({ writable: false });
    expect(Math.max(...sizes)).toBeGreaterThan(30_000);
    room = Infinity;
    expect(await store.health()).toMatchObject({ writable: true });
    await post(store, 'a1', 'image', { picture });
    await store.close();
  });

  it('is bad after a start until something was written', async () => {
    const { files } = await filled();
    const store = await open(files);
    files.before = (operation) => {
      if (operation === 'sync') throw refused('ENOSPC');
    };
    expect(await store.health()).toMatchObject({ writable: false });
    files.before = () => undefined;
    expect(await store.health()).toMatchObject({ writable: true });
    await store.close();
  });
});

it('what was written after the folder was lost is not acknowledged, and the process is told to end', async () => {
  const { files } = await filled();
  let isLost = false;
  const check = async (): Promise<void> => {
    if (isLost) throw new LockLost('/data/lock');
  };
  const onLost = vi.fn();
  const store = await open(files, { takeLock: async () => ({ ...(await free()), check }), onLost });
  files.before = (operation) => {
    if (operation === 'sync') isLost = true;
  };
  await expect(post(store, 'a1', 'more')).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(onLost).toHaveBeenCalledWith(expect.any(LockLost));
  await expect(post(store, 'a1', 'more')).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(await store.health()).toMatchObject({ writable: false });
});
