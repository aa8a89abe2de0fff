/** docs/migration.md, followed: clients of the original design speak to a relay that was started with their key, as the guide starts it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, brokenPromises, follow, root } from '../rig/guide.ts';
import { because, which } from '../rig/requirements.ts';
import { until } from '../rig/wait.ts';

const GUIDE = 'docs/migration.md';
const missing = ['bash', 'curl'].find((name) => !which(name));

describe.skipIf(missing !== undefined)(`migration${because(missing && `no ${missing}`)}`, () => {
  let folder: string;
  let relay: ChildProcess;
  let said = '';
  let origin: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-migration-'));
    const start = blocksOf(GUIDE)[0]?.text ?? '';
    expect(start).toContain('PORT=5001 DATA_DIR=/var/lib/counterqr');
    const here = start.replace('PORT=5001 DATA_DIR=/var/lib/counterqr', `PORT=0 DATA_DIR=${folder}`);
    // `exec`, so that the relay is this child and can be ended.
    relay = spawn('bash', ['-c', here.replace(' node ', ' exec node ')], { cwd: root });
    for (const stream of [relay.stdout, relay.stderr]) stream?.on('data', (data: Buffer) => (said += data.toString()));
    const address = await until('the relay listens', () => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0], {
      otherwise: () => said,
    });
    origin = address.replace('127.0.0.1', 'localhost');
  });
  afterAll(async () => {
    if (relay && relay.exitCode === null) {
      const ended = once(relay, 'exit');
      relay.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes as the guide says', async () => {
    const runs = await follow(GUIDE, { 'http://localhost:5001': origin });
    expect(runs.length).toBeGreaterThan(3);
    expect(brokenPromises(runs)).toEqual([]);
    expect(said).toContain('LEGACY_API_KEY is set');
  });
});
