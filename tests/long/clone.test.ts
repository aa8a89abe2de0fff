/**
 * A fresh clone in the hands of those who get one: a new developer (docs/developer.md up to the first QR), a public CI (the steps of
 * .github/workflows/ci.yml before .ci/run), and who tries the example (examples/react/README.md).
 * One clone for all, in this order: each goes on with what the one before has installed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../rig/browser.ts';
import { blocksOf, brokenPromises, follow, root } from '../rig/guide.ts';
import { KioskPage } from '../rig/kiosk-page.ts';
import { plainEnv } from '../rig/plain-env.ts';
import { because, noBrowser, which } from '../rig/requirements.ts';
import { until } from '../rig/wait.ts';
import { stepsOfWorkflow } from '../rig/workflow.ts';

const why =
  ['git', 'bash', 'openssl'].map((name) => (which(name) ? undefined : `no ${name} on this machine`)).find(Boolean) ??
  (existsSync(join(root, '.git')) ? undefined : 'this folder is no clone');
const MINUTES = 60_000;
const GUIDE = 'docs/developer.md';
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** A clone of a folder that belongs to another user, as in a CI's container, is refused without this. */
const ANY_OWNER = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };

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
      env: plainEnv({ ...ANY_OWNER, ...env }),
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

  const noQr = noBrowser() ?? (which('curl') ? undefined : 'no curl on this machine');
  it.skipIf(noQr !== undefined)(
    `leads a new developer to the first QR within ten minutes, by docs/developer.md alone${because(noQr)}`,
    { timeout: 15 * MINUTES },
    async () => {
      const [start, ...further] = blocksOf(GUIDE);
      expect(start?.text).toContain('git clone REPOSITORY counterqr');
      const beganAt = performance.now();
      const { says } = terminal(start?.text.replace('REPOSITORY', root) ?? '', folder, { PORT: '0' });
      const demo = new URL(await says(/http:\/\/[\w.]+:\d+\/demo\//));
      const startedMs = performance.now() - beganAt;
      expect((await fetch(demo)).status).toBe(200);
      const enrolKey = await says(/enrol_\S+/);

      const browser = await openBrowser();
      try {
        const page = await browser.newPage();
        const address = further.find(({ text }) => text.includes('/kiosk/?name='))?.text ?? '';
        await page.goto(address.replace('http://localhost:5001', demo.origin).replace('ENROL_KEY', enrolKey));
        await new KioskPage(page, browser).untilReady();
        const upToTheQr = further.findIndex(({ text }) => text.includes('"state":"displayed"'));
        const runs = await follow(
          GUIDE,
          { 'http://localhost:5001': demo.origin },
          { cwd: clone, blocks: upToTheQr + 2 },
        );
        const tookMs = performance.now() - beganAt;
        expect(brokenPromises(runs)).toEqual([]);
        expect(runs.at(-1)?.output).toContain('displayed');
        console.log(
          `docs/developer.md, from git clone to the first QR: ${seconds(tookMs)}, ${seconds(startedMs)} of it npm start`,
        );
        expect(tookMs).toBeLessThan(10 * MINUTES);
      } finally {
        await browser.close();
      }
    },
  );

  it('passes what the public CI runs before .ci/run', { timeout: 12 * MINUTES }, async () => {
    const steps = stepsOfWorkflow().filter((step) => step !== '.ci/run');
    expect(steps).toContain('npm run check');
    for (const step of steps) {
      const { child } = terminal(step, clone, {
        CI: 'true',
        GITHUB_WORKSPACE: clone,
        GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
      });
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
      .replace('=SECRET', `=${secret}`)
      .split(/^# In another terminal.*$/m);
    expect(first).toContain(secret);
    const relay = terminal(first, clone, { PORT: '0' });
    const address = new URL(await relay.says(/http:\/\/[\w.]+:\d+/));
    const settings = { PORT: '0', RELAY_URL: address.origin };
    const shop = terminal(second, clone, settings);
    const page = await shop.says(/http:\/\/[\w.]+:\d+/);
    for (const path of ['/', '/counterqr/kiosk/', '/counterqr/sdk/device-service.js'])
      expect((await fetch(page + path)).status, path).toBe(200);
  });
});
