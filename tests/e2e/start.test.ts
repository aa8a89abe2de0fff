/**
 * `npm start` in a scratch copy of this folder: first start, second start, Ctrl-C, and what it says when it cannot
 * start. The copy borrows the installed packages; installing them from nothing is what a continuous-integration run on
 * a fresh clone shows.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/wait.ts';
import { removeFolder } from '../support/remove-folder.ts';

const root = join(import.meta.dirname, '../..');
const NOT_COPIED = new Set(['node_modules', 'dist', 'data', '.git', 'coverage', '.cache']);

const WITHOUT_NPM = [process.execPath, 'scripts/start.mjs'];

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string; errors: string }>;
}

describe('npm start', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'counterqr-start-'));
  const copy = join(scratch, 'counterqr');
  const running = new Set<ChildProcess>();

  beforeAll(() => {
    cpSync(root, copy, {
      recursive: true,
      filter: (path) => path === root || !NOT_COPIED.has(path.slice(root.length + 1)),
    });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  });
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    removeFolder(scratch);
  });

  /** As a person types it, in a group of its own so that Ctrl-C can reach all of it. */
  function start(env: Record<string, string>, command: readonly string[] = ['npm', 'start']): Started {
    const settings = Object.entries(process.env).filter(
      ([name]) => !/^(npm_|VITEST|NODE_ENV|PORT|HOST|DATA_DIR)/.test(name),
    );
    const child = spawn(command[0] ?? '', command.slice(1), {
      cwd: copy,
      env: { ...Object.fromEntries(settings), DATA_DIR: join(scratch, 'data'), PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      shell: process.platform === 'win32',
    });
    running.add(child);
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    const ended = once(child, 'close').then(([code, signal]) => {
      running.delete(child);
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, output, errors };
    });
    return { child, output: () => output + errors, ended };
  }

  const listening = async (started: Started): Promise<string> =>
    until('the relay listens', () => /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(started.output())?.[0], {
      timeoutMs: 80_000,
      otherwise: started.output,
    });

  /** What a terminal sends on Ctrl-C: the signal to every program of the group. */
  const ctrlC = (started: Started): void => void process.kill(-(started.child.pid ?? 0), 'SIGINT');

  /** Without npm, which adds lines of its own when a script fails. */
  async function refuses(env: Record<string, string>, saying: RegExp): Promise<void> {
    const { code, output, errors } = await start(env, WITHOUT_NPM).ended;
    expect(code, output + errors).toBe(1);
    expect(errors.trim().split('\n'), errors).toHaveLength(1);
    expect(errors.trim()).toMatch(/^[A-Z].*\.$/);
    expect(errors).toMatch(saying);
  }

  it('builds, prints the pages and first-run keys, serves them, and stops cleanly on Ctrl-C', async () => {
    const started = start({});
    const origin = await listening(started);
    await until('all addresses are printed', () => /\/demo\//.test(started.output()), { otherwise: started.output });
    expect(started.output()).toContain('Building');
    for (const page of ['/kiosk/', '/admin/', '/demo/']) {
      expect(started.output()).toContain(page);
      const response = await fetch(`${origin}${page}`);
      expect({ page, status: response.status }).toEqual({ page, status: 200 });
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    }
    expect(await (await fetch(`${origin}/api/device/health`)).json()).toMatchObject({ status: 'online' });
    const keyFiles = readdirSync(join(scratch, 'data')).filter((name) => name.includes('key'));
    expect(keyFiles.length).toBeGreaterThan(0);
    if (process.platform !== 'win32')
      for (const name of keyFiles) expect(statSync(join(scratch, 'data', name)).mode & 0o777, name).toBe(0o600);
    ctrlC(started);
    // Whether npm's shell passes the relay's 0 on or ends by the signal itself differs between shells; the relay's own
    // code is asserted below.
    const { code, signal } = await started.ended;
    expect(code ?? signal, started.output()).toBe(code === null ? 'SIGINT' : 0);
    expect(started.output()).not.toMatch(/error/i);
    await expect(fetch(`${origin}/api/device/health`)).rejects.toThrow();
    expect(existsSync(join(scratch, 'data/lock'))).toBe(false);
  });

  it('builds nothing the second time, and keeps its keys', async () => {
    const stamp = join(copy, 'dist/.stamp');
    const built = statSync(stamp).mtimeMs;
    const keys = readdirSync(join(scratch, 'data')).filter((name) => name.includes('key'));
    const before = keys.map((name) => statSync(join(scratch, 'data', name)).mtimeMs);
    const started = start({}, WITHOUT_NPM);
    const origin = await listening(started);
    const virtual = await until(
      'a virtual display’s address is printed',
      () => /http\S+\/kiosk\/\S*display=virtual\S*/.exec(started.output())?.[0],
    );
    // Into a file no key is printed; the page shows a code instead, and so the address works as it is.
    expect(virtual).toBe(`${origin}/kiosk/?name=MY-PC-VIRTUAL&display=virtual`);
    expect((await fetch(virtual)).status).toBe(200);
    expect(started.output()).not.toMatch(/Building|Installing/);
    expect(statSync(stamp).mtimeMs).toBe(built);
    expect(keys.map((name) => statSync(join(scratch, 'data', name)).mtimeMs)).toEqual(before);
    ctrlC(started);
    expect((await started.ended).code).toBe(0);
  });

  it('says in one sentence that the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      await refuses({ PORT: String(port) }, new RegExp(String(port)));
    } finally {
      other.close();
    }
  });

  it.each([
    ['PORT', 'http'],
    ['QUEUE_POLICY', 'stack'],
    ['COMMAND_TTL_SECONDS', '-5'],
    ['STORE_URL', 'mysql://localhost'],
  ])('says in one sentence that %s=%s is wrong', async (name, value) => {
    await refuses({ [name]: value }, new RegExp(name));
  });

  it('says in one sentence that the data folder cannot be written', async () => {
    // Root may write anywhere, but nobody can make a folder inside a file.
    const file = join(scratch, 'a-file');
    writeFileSync(file, '');
    await refuses({ DATA_DIR: join(file, 'data') }, /a-file/);
    expect(existsSync(join(file, 'data'))).toBe(false);
  });

  it('says in one sentence that its data are another relay’s', async () => {
    const dataDir = join(scratch, 'shared-data');
    mkdirSync(dataDir);
    const first = start({ DATA_DIR: dataDir }, WITHOUT_NPM);
    await listening(first);
    await refuses({ DATA_DIR: dataDir }, /shared-data/);
    ctrlC(first);
    expect((await first.ended).code).toBe(0);
  });
});
