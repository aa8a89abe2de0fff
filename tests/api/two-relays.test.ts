/** Two relays on one Redis, as their callers see them: anyone who asks one of them is answered as by the other. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import { DURABLE, noRedis, startRedis, type TestRedis } from '../support/process/redis.ts';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

const why = noRedis();

describe.skipIf(why !== undefined)(`two relays on one Redis${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let redis: TestRedis;
  let one: RelayApp;
  let other: RelayApp;
  const hooked: string[] = [];
  const hook = createServer((req, res) => {
    let body = '';
    req.on('data', (part: Buffer) => (body += part.toString()));
    req.on('end', () => {
      hooked.push((JSON.parse(body) as { data: { command_id: string } }).data.command_id);
      res.writeHead(204).end();
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    redis = await startRedis(DURABLE);
    const env = {
      STORE_URL: redis.url,
      WEBHOOK_URLS: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
      WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 3).toString('base64')}`,
      WEBHOOK_ALLOW_PRIVATE: 'on',
    };
    [one, other] = [await RelayApp.start({ env }), await RelayApp.start({ env })];
  });
  afterAll(async () => {
    await one.stop();
    await other.stop();
    await redis.remove();
    await new Promise((resolve) => hook.close(resolve));
  });

  it('a post to one wakes the poll that the other holds, and its watcher there', async () => {
    const token = await one.counter('7', 'd7');
    const poll = other.poll('d7', token, '&wait=20');
    await eventually(() => expect(other.deps.longPolls.size).toBe(1));
    const command = await one.qr('7');
    expect((await poll)[0]).toMatchObject({ command_id: command });
    const watch = other.get(`/command/${command}?wait=20&state=delivered`, KEYS.app);
    await eventually(() => expect(other.deps.longPolls.size).toBe(1));
    await one.report('d7', token, command, 'success');
    expect((await watch).body.state).toBe('displayed');
  });

  it('an admin who signed in at one is signed in at the other', async () => {
    const login = await one.post('/admin/login', { key: KEYS.admin });
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0];
    const headers = { cookie, 'x-csrf-token': login.body.csrf_token as string };
    expect((await other.call('POST', '/device/d7/test', { headers, body: {} })).status).toBe(200);
    // And signed out at one, at the other as well.
    expect((await one.call('POST', '/admin/logout', { headers, body: {} })).status).toBe(200);
    expect((await other.call('GET', '/admin/session', { headers })).status).toBe(401);
    expect((await other.call('POST', '/device/d7/test', { headers, body: {} })).status).toBe(401);
  });

  it('wrong pairing codes and wrong admin keys are counted together', async () => {
    const guess = (at: RelayApp) => at.post('/link', { agent_id: 'guesser', pairing_code: 'AAAAAA' }, KEYS.app);
    const signIn = (at: RelayApp) => at.post('/admin/login', { key: 'wrong-key-0123456789' });
    for (const attempt of [guess, signIn]) {
      // All at once: nobody is let in to be looked at before the others are counted.
      const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => attempt(n % 2 === 0 ? one : other)));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(2);
      for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('a right pairing code in a crowd of wrong ones is one guess too many, and right codes by themselves are none', async () => {
    const token = await one.register('d10');
    const codeOf = async () => (await one.post('/pairing', { device_id: 'd10' }, token)).body.pairing_code as string;
    const link = (at: RelayApp, agent_id: string, pairing_code: string) =>
      at.post('/link', { agent_id, pairing_code }, KEYS.app);
    const wrong = Array.from({ length: 20 }, () => 'AAAAAA');
    const crowd = [...wrong, await codeOf(), ...wrong];

    const statuses = (await Promise.all(crowd.map((code) => link(one, 'crowd', code)))).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 429)).toHaveLength(10);
    expect(statuses).not.toContain(200);
    for (let n = 0; n < 12; n++) expect((await link(other, 'honest', await codeOf())).status).toBe(200);
  });

  it('Redis goes away and comes back under a held poll: the same poll gets the next command', async () => {
    const token = await one.counter('6', 'd6');
    const poll = other.poll('d6', token, '&wait=25');
    await eventually(() => expect(other.deps.longPolls.size).toBe(1));
    await redis.stop();
    await redis.start();
    const command = await eventually(() => one.qr('6'));
    expect((await poll).map(({ command_id }) => command_id)).toEqual([command]);
    await other.report('d6', token, command, 'success');
  });

  it('a held poll whose time is over while Redis is away is told to come again', async () => {
    const token = await one.register('d11');
    const poll = one.get('/poll?device_id=d11&wait=1', token);
    await eventually(() => expect(one.deps.longPolls.size).toBe(1));
    await redis.stop();
    const { status, body, headers } = await poll;
    await redis.start();
    expect([status, body.code]).toEqual([503, 'store_unavailable']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    await eventually(async () => expect(await one.poll('d11', token)).toEqual([]));
  });

  it('while Redis is away each relay goes on counting for itself', async () => {
    await redis.stop();
    const statuses = [];
    for (let n = 0; n < 11; n++)
      statuses.push((await one.post('/admin/login', { key: 'wrong-key-0123456789' })).status);
    await redis.start();
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });

  it('the admin page of one sees the displays of the other come and speak', async () => {
    const token = await one.register('d8');
    const devices: AdminDevice[] = [];
    const stop = other.deps.fleet.listen({
      event: (kind, data) => {
        if (kind === 'device') devices.push(data as AdminDevice);
      },
      end: () => undefined,
    });
    await one.poll('d8', token, '&display=unplugged');
    await eventually(
      () =>
        expect(devices.findLast(({ device_id }) => device_id === 'd8')).toMatchObject({
          online: true,
          display: 'unplugged',
        }),
      { timeoutMs: 10_000 },
    );
    stop();
  });

  it('a kiosk that waits at one is let in by an admin at the other', async () => {
    const { body } = await one.post('/enrol', { device_id: 'd9', computer_name: 'D9' });
    const { request_id, secret } = body as { request_id: string; secret: string };
    const verdict = one.get(`/enrol/${request_id}?wait=20`, secret);
    await eventually(() => expect(one.deps.longPolls.size).toBe(1));
    await other.post(`/enrolments/${request_id}/approve`, {}, KEYS.admin);
    expect((await verdict).body.verdict).toBe('approved');
    const asked = { device_id: 'd9', computer_name: 'D9', request_id };
    expect((await other.post('/register', asked, secret)).status).toBe(200);
    expect((await one.post('/register', asked, secret)).status).toBe(401);
  });

  it('a token is kept as a hash only', async () => {
    const token = await one.register('d12');
    const kept = await redis.everything();
    expect(kept.includes(createHash('sha256').update(token).digest('hex'))).toBe(true);
    expect(kept.includes(token)).toBe(false);
  });

  it('an end is told to the webhooks once', async () => {
    const token = await one.counter('5', 'd5');
    const command = await one.qr('5');
    await other.poll('d5', token);
    await other.report('d5', token, command, 'failed', { reason: 'bad_picture' });
    await eventually(() => expect(hooked).toContain(command));
    // What a second relay would have told by now, it would have told with this one.
    const later = await other.qr('5');
    await one.poll('d5', token);
    await one.report('d5', token, later, 'failed', { reason: 'bad_picture' });
    await eventually(() => expect(hooked).toContain(later));
    expect(hooked.filter((id) => id === command)).toHaveLength(1);
  });
});
