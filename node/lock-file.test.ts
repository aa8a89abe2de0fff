import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pidNamespace } from '../tests/support/process/pid-namespace.ts';
import { removeFolder } from '../tests/support/remove-folder.ts';
import { because } from '../tests/support/requirements.ts';
import { until } from '../tests/support/wait.ts';
import { LockLost, LockTaken, owningProcess, takeLock } from './lock-file.ts';

const dirs: string[] = [];
const pids: number[] = [];
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'counterqr-lock-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const pid of pids.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone by itself.
    }
  }
  for (const dir of dirs.splice(0)) removeFolder(dir);
});

/** Another process that asks for the lock, says `mine` or why not, and stays; `wrapper` is what it runs in. */
function holder(path: string, wrapper: readonly string[] = []) {
  const script = `import('${join(import.meta.dirname, 'lock-file.ts')}').then(async (m) => {
    await m.takeLock('${path}', { note: () => 7 }).then(() => console.log('mine'), (error) => console.log(error.message));
    setInterval(() => {}, 1000);
  })`;
  const [program, ...args] = [...wrapper, process.execPath, '--import', 'tsx', '-e', script];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  pids.push(child.pid ?? 0);
  const said = once(child.stdout, 'data').then(([data]) => String(data).trim());
  return { child, said };
}

const end = async ({ child }: ReturnType<typeof holder>): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

describe('a lock file', { timeout: 60_000 }, () => {
  it('is respected while its owner lives, and taken at once when it is dead', async () => {
    const path = join(folder(), 'lock');
    const first = holder(path);
    expect(await first.said).toBe('mine');
    const refused = await takeLock(path).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LockTaken);
    expect(refused).toMatchObject({ pid: first.child.pid, host: undefined });
    await end(first);
    const started = performance.now();
    const lock = await takeLock(path);
    // No lease is waited for.
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(lock.noteBefore).toBe(7);
    await lock.check();
    await lock.release();
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('goes to one of several that find a dead one at the same moment', async () => {
    const path = join(folder(), 'lock');
    writeFileSync(path, '999999 long-ago\n');
    const said = await Promise.all([1, 2, 3, 4].map(() => holder(path).said));
    expect(said.map((text) => (text === 'mine' ? text : text.replace(/\d+/, 'N'))).sort()).toEqual([
      ...Array<string>(3).fill(`Process N uses ${join(path, '..')}.`),
      'mine',
    ]);
  });

  it('is not held by an id that is used again by another program, nor by rubbish', async () => {
    const path = join(folder(), 'lock');
    for (const text of ['1 another-boot-1\n', '', 'rubbish']) {
      writeFileSync(path, text);
      await (await takeLock(path)).release();
    }
  });

  it('of version 0.1, which never writes it anew, is respected as long as its process lives', async () => {
    const path = join(folder(), 'lock');
    const started = readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ')[1].split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    writeFileSync(path, `${process.ppid} ${boot}-${started}\n`);
    await expect(takeLock(path, { leaseMs: 50 })).rejects.toBeInstanceOf(LockTaken);
  });

  it('is read by version 0.1 as one of its own', async () => {
    const path = join(folder(), 'lock');
    const lock = await takeLock(path);
    // What relay/store/lowdb/lock.ts of 0.1 made of it.
    const [pid, started] = readFileSync(path, 'utf8').trim().split(' ');
    const ticks = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ')[1].split(' ')[19];
    expect([Number(pid), started]).toEqual([
      process.pid,
      `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}-${ticks}`,
    ]);
    await lock.release();
  });

  it('that stands still for a lease is taken, and its owner notices before it relies on it again', async () => {
    const path = join(folder(), 'lock');
    const still = await takeLock(path, { leaseMs: 300, renewEveryMs: 3_600_000 });
    const next = await takeLock(path, { leaseMs: 300, renewEveryMs: 50 });
    await expect(still.check()).rejects.toBeInstanceOf(LockLost);
    await expect(still.check()).rejects.toBeInstanceOf(LockLost);
    await next.check();
    // Who has lost it takes nothing away.
    await still.release();
    await expect(takeLock(path, { leaseMs: 300 })).rejects.toBeInstanceOf(LockTaken);
    await next.release();
  });

  it('of a process that was stopped for longer than a lease is taken', async () => {
    const path = join(folder(), 'lock');
    const stopped = holder(path);
    expect(await stopped.said).toBe('mine');
    stopped.child.kill('SIGSTOP');
    const lock = await takeLock(path);
    await lock.release();
  });

  it('does not travel: a copy holds nothing, although the owner of the original lives, and tells no note', async () => {
    const [original, copy] = [join(folder(), 'lock'), join(folder(), 'lock')];
    const lock = await takeLock(original, { note: () => 7 });
    copyFileSync(original, copy);
    const other = await takeLock(copy, { leaseMs: 2_500 });
    expect(other.noteBefore).toBeUndefined();
    await other.release();
    await lock.check();
    await lock.release();
  });

  const namespace = pidNamespace();
  const noNamespaces = namespace.kind === 'missing' ? namespace.why : undefined;
  it.skipIf(noNamespaces !== undefined)(
    `holds across process-id namespaces, as between containers${because(noNamespaces)}`,
    async () => {
      const path = join(folder(), 'lock');
      const container = namespace.kind === 'there' ? namespace.command : [];
      const first = holder(path, container);
      expect(await first.said).toBe('mine');
      // Each of them is process 1 of its own.
      const second = holder(path, container);
      expect(await second.said).toMatch(/^Process 1 uses /);
      await expect(takeLock(path)).rejects.toBeInstanceOf(LockTaken);
      await end(first);
      // Nobody here can know that it is dead but by its silence.
      const lock = await takeLock(path);
      await lock.release();
    },
  );

  it('is renewed in its place, as long as before', async () => {
    const path = join(folder(), 'lock');
    let note = 1;
    const lock = await takeLock(path, { renewEveryMs: 20, note: () => note });
    const before = readFileSync(path, 'utf8');
    note = 123_456;
    const after = await until('the file is written anew', () => {
      const text = readFileSync(path, 'utf8');
      return text.includes('123456') ? text : undefined;
    });
    expect(after).toHaveLength(before.length);
    await lock.release();
  });
});

it('tells who owns it without taking it', async () => {
  const path = join(folder(), 'lock');
  expect(await owningProcess(path)).toBeUndefined();
  const held = await takeLock(path);
  expect(await owningProcess(path)).toBe(process.pid);
  await held.release();
  expect(await owningProcess(path)).toBeUndefined();
});
