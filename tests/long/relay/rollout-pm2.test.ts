/**
 * deploy/ecosystem.config.cjs, run by PM2 itself. PM2 is no dependency, its licence (AGPL) being what it is; it is a
 * program that an operator may have, fetched for this test into a folder that goes with it. `npm test` starts the relay
 * with the same settings, without PM2.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../support/docs/guide.ts';
import { plainEnv } from '../../support/process/plain-env.ts';
import { freePort } from '../../support/process/free-port.ts';
import { until } from '../../support/wait.ts';

const run = promisify(execFile);
const WITHIN = { timeoutMs: 60_000 };
const NAME = 'counterqr';

interface Listed {
  readonly pid: number;
  readonly name: string;
  readonly pm2_env: { readonly status: string; readonly restart_time: number; readonly exit_code?: number };
}

let folder: string;
let env: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-pm2-'));
  env = plainEnv({ PM2_HOME: join(folder, 'home'), DATA_DIR: join(folder, 'data') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const pm2 = async (...args: string[]): Promise<string> =>
  (await run(process.execPath, [join(folder, 'node_modules/pm2/bin/pm2'), ...args], { env, cwd: folder })).stdout;

async function listed(): Promise<Listed | undefined> {
  const line = (await pm2('jlist')).split('\n').find((text) => text.startsWith('['));
  return (JSON.parse(line ?? '[]') as Listed[]).find(({ name }) => name === NAME);
}

it('PM2 keeps the relay running, and ends it in peace', async (context) => {
  const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const missing = await run('npm', ['install', '--prefix', folder, ...flags, 'pm2@7'], { env }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (missing !== undefined) return context.skip(`no PM2 to be had: ${missing.slice(0, 200)}`);

  // The file as it is, in a folder that has this build, on a port that is free.
  const port = await freePort();
  mkdirSync(join(folder, 'deploy'));
  symlinkSync(join(root, 'dist'), join(folder, 'dist'));
  const ecosystem = readFileSync(join(root, 'deploy/ecosystem.config.cjs'), 'utf8');
  expect(ecosystem).toContain("PORT: '5001'");
  const file = join(folder, 'deploy/ecosystem.config.cjs');
  writeFileSync(file, ecosystem.replace("PORT: '5001'", `PORT: '${port}'`));
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/counterqr/api/device/health`).then(
      ({ status }) => status === 200,
      () => false,
    );
  try {
    await pm2('start', file);
    await until('the relay answers', answers, WITHIN);
    const before = await listed();
    expect(before?.pm2_env.status).toBe('online');
    process.kill(before?.pid ?? NaN, 'SIGKILL');
    const after = await until(
      'PM2 has started it again',
      async () => {
        const now = await listed();
        return now && now.pid !== 0 && now.pid !== before?.pid && (await answers()) ? now : undefined;
      },
      WITHIN,
    );
    expect(after.pm2_env.restart_time).toBe(1);
    await pm2('stop', NAME);
    // It ended by itself, its last writes done: it was not killed.
    expect((await listed())?.pm2_env).toMatchObject({ status: 'stopped', exit_code: 0 });
    expect(await answers()).toBe(false);
  } finally {
    await pm2('kill');
  }
});
