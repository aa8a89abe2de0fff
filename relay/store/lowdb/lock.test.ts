import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { scratchFolder } from '../../../tests/contracts/store-harness.ts';
import { lock } from './lock.ts';

const dirs: string[] = [];
const folder = (): string => {
  const dir = scratchFolder();
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const holder = (dir: string) =>
  spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '-e',
      `import('${join(import.meta.dirname, 'lock.ts')}').then(async (m) => { await m.lock('${dir}').then(() => console.log('mine'), () => console.log('taken')); setInterval(() => {}, 1000); })`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );

it('another living process’s lock is respected, a dead one’s is not', { timeout: 60_000 }, async () => {
  const dir = folder();
  const child = holder(dir);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('mine\n');
  await expect(lock(dir)).rejects.toThrow(`Another relay (process ${child.pid}) uses`);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  const unlock = await lock(dir);
  await unlock();
  expect(readdirSync(dir)).toEqual([]);
});

it('of several that find a dead lock at the same moment, one gets the folder', { timeout: 60_000 }, async () => {
  const dir = folder();
  writeFileSync(join(dir, 'lock'), '999999 long-ago\n');
  const children = [1, 2, 3, 4].map(() => holder(dir));
  const said = await Promise.all(
    children.map(async ({ stdout }) => String(((await once(stdout, 'data')) as [Buffer])[0]).trim()),
  );
  expect(said.sort()).toEqual(['mine', 'taken', 'taken', 'taken']);
  for (const child of children) child.kill('SIGKILL');
});

it('an id that is used again by another program does not hold the folder, and rubbish in the lock neither', async () => {
  const dir = folder();
  for (const text of ['1 another-boot-1\n', '', 'rubbish']) {
    writeFileSync(join(dir, 'lock'), text);
    const unlock = await lock(dir);
    await unlock();
  }
});
