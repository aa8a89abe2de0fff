/**
 * Somebody reads systemd's journal of a relay, or the log that Docker or PM2 keeps of it: the built relay, its output
 * as they connect it, everything that it prints at its first start, while keys are used and guessed, and at its second.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { because } from '../support/requirements.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { until } from '../support/wait.ts';

const main = join(import.meta.dirname, '../../dist/relay/main.js');
/**
 * systemd names what output goes to by device and inode, before the program is there; the shell does it in its place.
 */
const AS_SYSTEMD = 'export JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/1); exec "$0" "$1"';
/** Docker and PM2 read a pipe. */
const AS_DOCKER = 'exec "$0" "$1"';
/** PM2 told to run `npm start` names the program that it runs. */
const NPM_START_BY_PM2 = 'export pm_id=0; exec "$0" "$1" --show-first-run-keys';
const AS_NPM_START = 'exec "$0" "$1" --show-first-run-keys';
const KEPT = { journal: AS_SYSTEMD, 'log of Docker': AS_DOCKER, 'log of PM2': NPM_START_BY_PM2 };

const why = process.platform === 'linux' ? undefined : 'systemd is Linux';

describe.skipIf(why !== undefined)(`What is kept of a relay's output${because(why)}`, () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'counterqr-journal-'))));
  afterAll(() => removeFolder(folder));

  const keysIn = (dataDir: string): string[] =>
    Object.values(JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8')) as Record<string, string>);

  /** All that it printed from its start to its end. */
  async function run(dataDir: string, command: string, meanwhile?: (api: string) => Promise<void>): Promise<string> {
    const settings = Object.entries(process.env).filter(([name]) => /^(PATH|HOME|LANG|SystemRoot)$/.test(name));
    const child = spawn('sh', ['-c', command, process.execPath, main], {
      env: { ...Object.fromEntries(settings), DATA_DIR: dataDir, PORT: '0', DEMO: 'on', LOG_LEVEL: 'trace' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => (printed += part));
    const ended = once(child, 'close');
    try {
      const site = await until('the relay says where it is', () => /(http:\S+)\/admin\//.exec(printed)?.[1], {
        timeoutMs: 60_000,
        otherwise: () => printed,
      });
      await meanwhile?.(`${site}/api/device`);
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
    return printed;
  }

  /** As their owners use them, and once with a letter too many. */
  async function useKeys(api: string, keys: readonly string[]): Promise<void> {
    for (const key of keys.flatMap((right) => [right, `${right}x`])) {
      const headers = { 'content-type': 'application/json', 'x-api-key': key };
      const register = { device_id: 'd1', computer_name: 'DESK-1', kind: 'kiosk', device_token: key };
      await fetch(`${api}/register`, { method: 'POST', headers, body: JSON.stringify(register) });
      const { 'x-api-key': _key, ...without } = headers;
      await fetch(`${api}/admin/login`, { method: 'POST', headers: without, body: JSON.stringify({ key }) });
      await fetch(`${api}/list`, { headers: { authorization: `Bearer ${key}` } });
      // Somebody who puts it where it does not belong.
      await fetch(`${api}/poll?device_id=d1&key=${key}`);
    }
  }

  it.each(Object.entries(KEPT))(
    '%s has no key and no demo token, at the first start, at the next, and whatever is done with keys meanwhile',
    async (name, command) => {
      const dataDir = join(folder, name);
      const first = await run(dataDir, command, (api) => useKeys(api, keysIn(dataDir)));
      const all = first + (await run(dataDir, command));
      expect(first).toContain(`First-run keys are kept in ${join(dataDir, 'keys.json')}`);
      expect(first).toContain(`docker compose exec relay cat ${join(dataDir, 'keys.json')}`);
      const keys = keysIn(dataDir);
      expect(keys.length).toBeGreaterThanOrEqual(3);
      for (const key of keys) expect(all).not.toContain(key);
      expect(all).not.toMatch(/#token=|#enrol=/);
    },
  );

  it('is what keeps them out: npm start of a person shows them once, though its output is piped', async () => {
    const dataDir = join(folder, 'npm start');
    const first = await run(dataDir, AS_NPM_START);
    for (const key of keysIn(dataDir)) expect(first.includes(key)).toBe(key !== '');
    const second = await run(dataDir, AS_NPM_START);
    for (const key of keysIn(dataDir)) expect(second).not.toContain(key);
  });
});
