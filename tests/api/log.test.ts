/** What the relay writes down of itself, and what it never does. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createLog } from '../../relay/log.ts';
import { folderForThisTest, relayForThisTest } from '../support/for-this-test.ts';
import { KEYS } from '../support/relay-app.ts';

describe('the log', () => {
  const options = { level: 'info', maxBytes: 2_000, keep: 2 };

  it('goes into files of a size that are kept in a number', async () => {
    const file = join(await folderForThisTest(), 'relay.log');
    const log = createLog({ ...options, file });
    for (let line = 0; line < 200; line++) log.info({ line }, 'a line of some length');
    const names = (await readdir(join(file, '..'))).sort();
    expect(names).toEqual(['relay.log', 'relay.log.1', 'relay.log.2']);
    for (const name of names) expect((await stat(join(file, '..', name))).size).toBeLessThan(2_200);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await readFile(`${file}.1`, 'utf8')).toMatch(/"line":\d+/);
  });

  it('that cannot be rotated grows on, moves no file, and tries again a file later', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue();
    const file = join(await folderForThisTest(), 'relay.log');
    await mkdir(`${file}.2`);
    const log = createLog({ ...options, file });
    for (let line = 0; line < 200; line++) log.info({ line }, 'a line of some length');
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(200);
    const tries = said.mock.calls.length;
    expect(tries).toBeGreaterThan(1);
    expect(tries).toBeLessThanOrEqual(lines.join().length / 2_000);
    said.mockRestore();
  });

  it('never holds what is secret or a customer’s', async () => {
    const file = join(await folderForThisTest(), 'relay.log');
    const log = createLog({ ...options, maxBytes: 1e6, file });
    const secrets = {
      key: 'secret-1',
      token: 'secret-2',
      authorization: 'secret-3',
      customer_name: 'secret-4',
      qr_text: 'secret-5',
      qr_image: 'secret-6',
      device_token: 'secret-7',
      new_token: 'secret-11',
      'x-api-key': 'secret-8',
      cookie: 'secret-9',
      secret: 'secret-10',
    };
    log.info(secrets, 'top');
    log.info({ body: secrets }, 'one below');
    log.info({ req: { headers: secrets } }, 'two below');
    const text = await readFile(file, 'utf8');
    expect(text).not.toMatch(/secret-\d/);
    expect(text.match(/\[hidden\]/g)).toHaveLength(33);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that is full once it runs costs its lines, which is said once, and no call its answer (skipped where there is no /dev/full)',
    () => {
      const said = vi.spyOn(console, 'error').mockReturnValue();
      const log = createLog({ ...options, file: '/dev/full' });
      for (let line = 0; line < 3; line++) expect(() => log.info({ line }, 'lost')).not.toThrow();
      expect(said.mock.calls).toEqual([[expect.stringMatching(/dev.full cannot be written or rotated .*ENOSPC/)]]);
      said.mockRestore();
    },
  );

  it('cannot be written: told in a sentence', () => {
    expect(() => createLog({ ...options, file: '/nonexistent/folder/relay.log' })).toThrow(/LOG_FILE/);
  });

  it('has a line for each call that changes something, without its query', async () => {
    const relay = await relayForThisTest();
    await relay.call('POST', '/unlink?key=secret-in-address', { key: KEYS.app, body: { agent_id: 'x' } });
    const line = relay.logged.find(({ path }) => path === '/api/device/unlink');
    expect(line).toMatchObject({ method: 'POST', status: 404, level: 30 });
    expect(JSON.stringify(relay.logged)).not.toContain('secret-in-address');
    expect(JSON.stringify(relay.logged)).not.toContain(KEYS.app);
  });
});
