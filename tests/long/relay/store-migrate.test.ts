/**
 * `npm run migrate` as an operator runs it: a shop's day on lowdb, moved to Redis, and gone on with there. What it must
 * refuse, it refuses.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noRedis, startRedis, type TestRedis } from '../../support/process/redis.ts';
import { KEYS, startRelay, type TestRelay } from '../../support/process/relay.ts';
import { because } from '../../support/requirements.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const root = join(import.meta.dirname, '../../..');
const picture = `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(9_000, 7)]).toString('base64')}`;
const reason = noRedis();

interface Ran {
  readonly code: number | null;
  readonly text: string;
}

function run(command: string, args: readonly string[], env: Record<string, string>): Promise<Ran> {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}
/** What `npm run migrate` runs when all is installed and built. */
const migrate = (env: Record<string, string>, ...args: string[]): Promise<Ran> =>
  run(process.execPath, ['dist/relay/migrate.js', ...args], env);

/** Two counters, codes that are shown, ended and waiting, a pairing code; answers what the relay says of all of it. */
async function fill(relay: TestRelay): Promise<{ tokens: string[]; commands: string[] }> {
  const tokens: string[] = [];
  for (const n of [1, 2]) {
    const body = { device_id: `d${n}`, computer_name: `PC ${n}`, kind: 'kiosk' };
    const answer = await relay.call('POST', '/register', { key: KEYS.enrol, body });
    tokens.push(String(answer.body['device_token']));
    await relay.link(`a${n}`, `d${n}`);
  }
  const commands: string[] = [];
  const post = async (agent: string, text: string, more: object = {}): Promise<void> => {
    commands.push((await relay.postQr(agent, text, more)).command_id);
  };
  await post('a1', 'shown and paid', { policy_number: 'P1' });
  await relay.call('GET', '/poll?device_id=d1', { key: tokens[0] });
  await relay.call('POST', '/status', {
    key: tokens[0],
    body: { device_id: 'd1', command_id: commands[0], status: 'success' },
  });
  for (let n = 0; n < 20; n++) await post('a2', `superseded ${n}`);
  await post('a2', 'waiting with a picture', {
    qr_text: undefined,
    qr_image: picture,
    reference: 'R1',
    idempotency_key: 'k1',
  });
  return { tokens, commands };
}

/** What callers can ask, without what changes by itself. */
async function answersOf(relay: TestRelay, commands: readonly string[]): Promise<unknown> {
  const list = await relay.call<{ devices: Record<string, unknown>[] }>('GET', '/list', { key: KEYS.admin });
  const audit = await relay.call<{ entries: unknown[] }>('GET', '/audit', { key: KEYS.admin });
  const history = await relay.call<{ commands: { command_id: string }[] }>('GET', '/history', { key: KEYS.admin });
  return {
    links: await Promise.all(
      ['a1', 'a2'].map(async (id) => {
        const { body } = await relay.call('GET', `/link?agent_id=${id}`);
        return [id, body['device_id'], body['expires_at']];
      }),
    ),
    commands: await Promise.all(commands.map((id) => relay.command(id))),
    displays: list.body.devices.map((device) => [device['device_id'], device['computer_name']]).sort(),
    audit: audit.body.entries,
    history: history.body.commands.map(({ command_id }) => command_id).sort(),
  };
}

describe.skipIf(reason !== undefined)(`npm run migrate${because(reason)}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());

  it('says what is wrong with how it was called, and changes nothing', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'counterqr-migrate-'));
    const env = { DATA_DIR: empty, STORE_URL: redis.url };
    for (const [ran, expected] of [
      [await migrate(env, '--dryrun'), /The only option is --dry-run; "--dryrun" is none/],
      [await migrate(env, '--dry-run=no'), /The only option is --dry-run; "--dry-run=no" is none/],
      [await migrate({ ...env, STORE_URL: '' }), /Set STORE_URL to the Redis/],
      [await migrate({ ...env, STORE_URL: 'lowdb' }), /STORE_URL/],
      [await migrate(env), /There is no store in .*; set DATA_DIR/],
    ] as const) {
      expect(ran.text).toMatch(expected);
      expect(ran.text).not.toMatch(/^\s+at /m);
      expect(ran.code).toBe(1);
    }
    removeFolder(empty);
  });

  it('moves a day’s work, all of it, once, and never onto another store', { timeout: 180_000 }, async () => {
    const before = await startRelay();
    const { tokens, commands } = await fill(before);
    const env = { DATA_DIR: before.dataDir, STORE_URL: redis.url };
    const answers = await answersOf(before, commands);
    const running = await migrate(env);
    expect([running.code, running.text]).toEqual([1, expect.stringMatching(/Another relay \(process \d+\) uses/)]);
    await before.stop();

    const away = await migrate({ ...env, STORE_URL: 'redis://127.0.0.1:1' });
    expect([away.code, away.text]).toEqual([1, expect.stringMatching(/cannot be reached/)]);
    const dry = await run('npm', ['run', '--silent', 'migrate', '--', '--dry-run'], env);
    expect(dry.text).toMatch(/Would move, and has changed nothing:\n +displays +2\n +open commands +2 \(1 with a pict/);
    expect(dry.code).toBe(0);
    const moved = await run('npm', ['run', '--silent', 'migrate'], env);
    expect(moved.text).toMatch(/Moved, read back and compared:\n +displays +2\n[^]*history +20 commands/);
    expect(moved.code).toBe(0);

    const second = await migrate(env);
    expect([second.code, second.text]).toEqual([1, expect.stringMatching(/have moved already/)]);
    await expect(before.start()).rejects.toThrow(/have moved to Redis; set STORE_URL/);

    const after = await startRelay({ env });
    try {
      expect(await answersOf(after, commands)).toEqual(answers);
      const polled = await after.call<{ commands: { command_id: string; qr_image: string }[] }>(
        'GET',
        '/poll?device_id=d2',
        { key: tokens[1] },
      );
      expect(polled.body.commands.map((one) => [one.command_id, one.qr_image])).toEqual([[commands.at(-1), picture]]);
      const repeated = { qr_text: undefined, qr_image: picture, reference: 'R1', idempotency_key: 'k1' };
      expect((await after.postQr('a2', '', repeated)).command_id).toBe(commands.at(-1));
      const paid = await after.call('POST', '/payment', { body: { policy_number: 'P1', status: 'paid' } });
      expect([paid.status, paid.body['command_id']]).toEqual([200, commands[0]]);

      const other = await startRelay();
      await fill(other);
      await other.stop();
      const onto = { DATA_DIR: other.dataDir, STORE_URL: redis.url };
      expect((await migrate(onto)).text).toMatch(/A relay is running on this Redis/);
      await after.stop();
      const full = await migrate(onto);
      expect([full.code, full.text]).toEqual([1, expect.stringMatching(/already holds a store/)]);
      await after.start();
      await other.start();
      await other.remove();
      expect((await after.command(commands[0])).device_id).toBe('d1');
    } finally {
      await after.remove();
    }
  });
});
