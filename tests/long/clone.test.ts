/**
 * A fresh clone in the hands of those who get one: a new developer (the first block of docs/developer.md), a public CI (the steps of
 * .github/workflows/ci.yml before .ci/run), who tries the example (examples/react/README.md), and PM2 (deploy/ecosystem.config.cjs).
 * One clone for all, in this order: each goes on with what the one before has installed.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, root } from '../rig/guide.ts';
import { freePort } from '../rig/redis.ts';
import { because, which } from '../rig/requirements.ts';
import { until } from '../rig/wait.ts';
import { stepsOfWorkflow } from '../rig/workflow.ts';

const run = promisify(execFile);
const why =
  ['git', 'bash', 'openssl'].map((name) => (which(name) ? undefined : `no ${name} on this machine`)).find(Boolean) ??
  (existsSync(join(root, '.git')) ? undefined : 'this folder is no clone');
const MINUTES = 60_000;

/** What a new user's shell has: none of this run's settings. */
const plainEnv = (more: Record<string, string> = {}): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && !/^(npm_|VITEST|NODE_ENV|PORT|HOST|DATA_DIR|CI$)/.test(name) ? [[name, value]] : [],
    ),
  ),
  // A clone of a folder that belongs to another user, as in a CI's container.
  ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' },
  ...more,
});

describe.skipIf(why !== undefined)(`a fresh clone${because(why)}`, () => {
  let folder: string;
  let clone: string;
  const children = new Set<ChildProcess>();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-clone-'));
    clone = join(folder, 'counterqr');
  });
  afterEach(async () => {
    for (const child of children) await stop(child);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  /** A terminal: `bash` with these lines typed, stopping at the first that fails. Its end is Ctrl-C, for all that runs in it. */
  function terminal(lines: string, cwd: string, env: Record<string, string>) {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', lines], {
      cwd,
      env: plainEnv(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    children.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
    const says = (pattern: RegExp): Promise<string> =>
      until(
        `the terminal says ${pattern.source}`,
        () => {
          if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}: ${said}`);
          return pattern.exec(said)?.[0];
        },
        { timeoutMs: 10 * MINUTES, otherwise: () => said },
      );
    return { child, says };
  }

  async function stop(child: ChildProcess): Promise<void> {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid, 'SIGINT');
    await ended;
  }

  it('runs after the first block of docs/developer.md', { timeout: 12 * MINUTES }, async () => {
    const block = blocksOf('docs/developer.md')[0]?.text ?? '';
    expect(block).toContain('git clone REPOSITORY counterqr');
    const beganAt = performance.now();
    const { says } = terminal(block.replace('REPOSITORY', root), folder, { PORT: '0' });
    const demo = await says(/http:\/\/[\w.]+:\d+\/demo\//);
    console.log(`npm start on a fresh clone: ${Math.round((performance.now() - beganAt) / 1000)} s`);
    expect((await fetch(demo)).status).toBe(200);
    await says(/enrol_\S+/);
  });

  it('passes what the public CI runs before .ci/run', { timeout: 12 * MINUTES }, async () => {
    const steps = stepsOfWorkflow().filter((step) => step !== '.ci/run');
    expect(steps).toContain('npm run check');
    for (const step of steps) {
      const { child } = terminal(step, clone, { CI: 'true', GITHUB_WORKSPACE: clone, HOME: folder });
      let said = '';
      child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
      const [code] = (await once(child, 'exit')) as [number];
      expect(code, `${step}: ${said}`).toBe(0);
    }
  });

  it('runs the React example as its README says', { timeout: 12 * MINUTES }, async () => {
    const block = blocksOf('examples/react/README.md')[0]?.text ?? '';
    const secret = 'a-secret-of-the-test-0123456789abcdef';
    const [first = '', second = ''] = block
      .replace('$(openssl rand -hex 32)', secret)
      .split(/^# In another terminal.*$/m);
    expect(first).toContain(secret);
    const relay = terminal(first, clone, { PORT: '0' });
    const address = new URL(await relay.says(/http:\/\/[\w.]+:\d+/));
    const settings = { PORT: '0', AGENT_JWT_SECRET: secret, RELAY_URL: address.origin };
    const shop = terminal(second, clone, settings);
    const page = await shop.says(/http:\/\/[\w.]+:\d+/);
    for (const path of ['/', '/counterqr/kiosk/', '/counterqr/sdk/device-service.js'])
      expect((await fetch(page + path)).status, path).toBe(200);
  });

  it('is kept running by PM2 itself', { timeout: 5 * MINUTES }, async (context) => {
    // Not a dependency, its licence being what it is; a program that an operator may have, fetched for this test alone.
    const prefix = join(folder, 'pm2');
    const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    const missing = await run('npm', ['install', '--prefix', prefix, ...flags, 'pm2@7'], { env: plainEnv() }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (missing !== undefined) return context.skip(`no PM2 to be had: ${missing.slice(0, 200)}`);
    const port = await freePort();
    const file = join(clone, 'deploy/here.config.cjs');
    const ecosystem = readFileSync(join(clone, 'deploy/ecosystem.config.cjs'), 'utf8');
    writeFileSync(file, ecosystem.replace("PORT: '5001'", `PORT: '${port}'`));
    const env = plainEnv({ PM2_HOME: join(folder, 'pm2-home'), DATA_DIR: join(folder, 'pm2-data') });
    const pm2 = async (...args: string[]): Promise<string> =>
      (await run(process.execPath, [join(prefix, 'node_modules/pm2/bin/pm2'), ...args], { env, cwd: folder })).stdout;
    interface Listed {
      readonly pid: number;
      readonly pm2_env: { readonly status: string; readonly restart_time: number; readonly exit_code?: number };
    }
    const listed = async (): Promise<Listed | undefined> => {
      const text = await pm2('jlist');
      return (
        JSON.parse(text.slice(text.indexOf('[{') === -1 ? text.lastIndexOf('[') : text.indexOf('[{'))) as Listed[]
      )[0];
    };
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/counterqr/api/device/health`).then(
        ({ status }) => status === 200,
        () => false,
      );
    try {
      await pm2('start', file);
      await until('the relay answers', answers, { timeoutMs: MINUTES });
      const before = await listed();
      expect(before?.pm2_env.status).toBe('online');
      process.kill(before?.pid ?? 0, 'SIGKILL');
      const after = await until(
        'PM2 has started it again',
        async () => {
          const now = await listed();
          return now && now.pid !== 0 && now.pid !== before?.pid && (await answers()) ? now : undefined;
        },
        { timeoutMs: MINUTES },
      );
      expect(after.pm2_env.restart_time).toBe(1);
      await pm2('stop', 'counterqr');
      // It ended by itself, its last writes done: it was not killed.
      expect((await listed())?.pm2_env).toMatchObject({ status: 'stopped', exit_code: 0 });
      expect(await answers()).toBe(false);
    } finally {
      await pm2('kill');
    }
  });
});
