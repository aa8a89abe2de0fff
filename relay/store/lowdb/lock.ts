/** One process owns the data. The lock names it by id and start time, because ids are used again. */
import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** When the process started, in ticks since boot (proc(5), field 22), with the boot; empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}-${readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? ''}`;
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive as well.
    return codeOf(error) === 'EPERM';
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Makes the lock with its content in one step, so that nobody sees it empty; false when there is one. */
async function make(path: string, own: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(own);
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Takes a dead owner's lock away. Somebody else may have done so a moment ago and hold a lock of their own by now; theirs is put back.
 */
async function takeAway(path: string, dead: string): Promise<void> {
  const aside = `${path}.${process.pid}.old`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== dead) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Rejects with a sentence when another relay has the folder. Answers how to let go of it. */
export async function lock(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, 'lock');
  const own = `${process.pid} ${startOf(process.pid)}\n`;
  for (;;) {
    if (await make(path, own)) return () => rm(path, { force: true });
    const text = await readFile(path, 'utf8').catch(() => '');
    const [pidText = '', started = ''] = text.trim().split(' ');
    const pid = Number.parseInt(pidText, 10);
    const isHeld = Number.isInteger(pid) && pid !== process.pid && isAlive(pid) && startOf(pid) === started;
    if (isHeld)
      throw new Error(`Another relay (process ${pid}) uses ${dir}. Stop it first, or set DATA_DIR to another folder.`);
    await takeAway(path, text);
  }
}
