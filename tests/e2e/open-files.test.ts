/** A relay that may open fewer connections than it may hold polls warns of it when it starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { KEYS } from '../support/process/relay.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { until } from '../support/wait.ts';

const root = join(import.meta.dirname, '../..');
const dataDir = mkdtempSync(join(tmpdir(), 'counterqr-open-files-'));
afterAll(() => removeFolder(dataDir));

async function outputOf(maxHeldPolls: string): Promise<string> {
  const child = spawn(
    'sh',
    ['-c', 'ulimit -n 500; exec "$0" "$1"', process.execPath, join(root, 'dist/relay/main.js')],
    {
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: dataDir,
        PORT: '0',
        APP_KEYS: KEYS.app,
        ENROL_KEYS: KEYS.enrol,
        ADMIN_KEYS: KEYS.admin,
        MAX_HELD_POLLS: maxHeldPolls,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const ended = once(child, 'exit');
  try {
    await until('it runs', () => output.includes('Counter QR relay is running.'), { otherwise: () => output });
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  return output;
}

it.skipIf(process.platform !== 'linux')(
  'too few open files are told at the start (limits are read from /proc)',
  async () => {
    expect(await outputOf('20000')).toContain('only 500 connections and files may be open at once (nofile)');
    expect(await outputOf('400')).not.toContain('nofile');
  },
);
