import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileMemory } from './file-memory.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-memory-'));
  path = join(folder, 'deeper', 'device.json');
});
afterEach(async () => {
  await chmod(join(folder, 'deeper'), 0o700);
  rmSync(folder, { recursive: true });
});

describe('the file memory', () => {
  it('keeps values over a restart', async () => {
    const { memory } = await openFileMemory(path);
    await memory.set('id', { device: 'd1', at: [1, 2] });
    await memory.set('gone', 1);
    await memory.delete('gone');
    const again = (await openFileMemory(path)).memory;
    expect(await again.get('id')).toEqual({ device: 'd1', at: [1, 2] });
    expect(await again.get('gone')).toBeUndefined();
  });

  it('takes writes that come together, in order', async () => {
    const { memory } = await openFileMemory(path);
    await Promise.all(Array.from({ length: 20 }, (_, index) => memory.set('n', index)));
    expect(await memory.get('n')).toBe(19);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ n: 19 });
  });

  it('a caller that changes what it stored or got does not change the memory', async () => {
    const { memory } = await openFileMemory(path);
    const value = { list: [1] };
    await memory.set('v', value);
    value.list.push(2);
    ((await memory.get('v')) as typeof value).list.push(3);
    expect(await memory.get('v')).toEqual({ list: [1] });
  });

  it('uses the backup of a damaged file and puts the damaged one aside', async () => {
    const { memory } = await openFileMemory(path);
    await memory.set('id', 'd1');
    await memory.set('other', 2);
    writeFileSync(path, '{"id": "d');
    const again = await openFileMemory(path);
    expect(await again.memory.get('id')).toBe('d1');
    expect(again.problem).toContain('backup');
    expect(existsSync(`${path}.damaged`)).toBe(true);
  });

  it('uses the backup when the power went between its two last steps', async () => {
    const { memory } = await openFileMemory(path);
    await memory.set('id', 'd1');
    await memory.set('other', 2);
    rmSync(path);
    expect(await (await openFileMemory(path)).memory.get('id')).toBe('d1');
  });

  it('says it when a write fails, and then remembers what the file does', async () => {
    const { memory } = await openFileMemory(path);
    await memory.set('id', 'd1');
    // A folder in the file's place makes the write fail, for root too.
    rmSync(path);
    mkdirSync(path);
    await expect(memory.set('id', 'd2')).rejects.toThrow();
    expect(await memory.get('id')).toBe('d1');
    rmdirSync(path);
    await memory.set('id', 'd3');
    expect(await memory.get('id')).toBe('d3');
  });
});
