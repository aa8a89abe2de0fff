import { existsSync } from 'node:fs';
/** What an operator sees: figures, logs, webhooks, updates. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../../relay/log.ts';
import { isChosen } from '../../../relay/updates/update-folder.ts';
import { eventually } from '../../support/eventually.ts';
import { KEYS, RelayApp } from '../../support/relay-app.ts';
import { blocksOf } from '../../rig/guide.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(env: Record<string, string> = {}): Promise<RelayApp> {
  const relay = await RelayApp.start({ env });
  cleanUps.push(() => relay.stop());
  return relay;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'counterqr-operating-'));
  cleanUps.push(() => rm(path, { recursive: true }));
  return path;
}

describe('metrics', () => {
  it('count what happened and tell what stands', async () => {
    const relay = await start();
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7');
    await relay.poll('d1', token);
    await relay.poll('d1', token);
    await relay.report('d1', token, command, 'success');
    await relay.report('d1', token, command, 'cleared', { reason: 'timeout' });
    await relay.qr('7');
    await relay.get('/poll?device_id=d1', 'wrong-token');
    const held = relay.poll('d1', token, '&wait=25&ready=0');
    await eventually(() => expect(relay.deps.held.size).toBe(1));
    let text = '';
    await eventually(
      async () => {
        ({ text } = await relay.get('/metrics', KEYS.admin));
        expect(text).toContain('counterqr_displays_online 1');
      },
      { timeout: 10_000, interval: 250 },
    );
    relay.deps.held.stop();
    await held;
    for (const line of [
      'counterqr_polls_total{outcome="delivered"} 1',
      'counterqr_polls_total{outcome="empty"} 1',
      'counterqr_polls_total{outcome="refused"} 1',
      'counterqr_held_polls 1',
      'counterqr_displays 1',
      'counterqr_displays_linked 1',
      'counterqr_commands_open{state="pending"} 1',
      'counterqr_commands_ended_total{type="display_qr",state="cleared",reason="timeout"} 1',
      'counterqr_stage_seconds_count{stage="displayed"} 1',
      'counterqr_requests_total{method="POST",status="200"} 6',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toMatch(/counterqr_store_write_seconds_count [1-9]/);
    expect((await relay.get('/metrics', KEYS.app)).status).toBe(403);
    expect((await relay.get('/metrics')).status).toBe(401);
  });

  it('of displays that an agent has do not count those that nobody has', async () => {
    const relay = await start();
    const [away, here, nobodys] = [
      await relay.counter('7', 'd1'),
      await relay.counter('8', 'd2'),
      await relay.register('d3'),
    ];
    await relay.poll('d1', away);
    await relay.pass(60_000);
    await Promise.all([relay.poll('d2', here), relay.poll('d3', nobodys)]);
    await (relay.deps.fleet as unknown as { round(): Promise<void> }).round();
    const { text } = await relay.get('/metrics', KEYS.admin);
    expect(text).toContain('counterqr_displays_online 2\n');
    expect(text).toContain('counterqr_displays_linked 2\n');
    // One that an agent has is away, which no other display makes up for.
    expect(text).toContain('counterqr_displays_linked_online 1\n');
  });

  it('are all there of which an alarm of docs/operator.md speaks', async () => {
    const alarms = blocksOf('docs/operator.md').filter(({ language }) => language === 'yaml');
    const names = alarms.flatMap(({ text }) => text.match(/\bcounterqr_\w+/g) ?? []);
    expect(names.length).toBeGreaterThan(5);
    const relay = await start();
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7');
    await relay.poll('d1', token);
    await relay.report('d1', token, command, 'success');
    await relay.report('d1', token, command, 'cleared', { reason: 'paid' });
    const { text } = await relay.get('/metrics', KEYS.admin);
    for (const name of names) expect(text, name).toMatch(new RegExp(`^${name}[ {]`, 'm'));
  });

  it('of the process tell the delay of the event loop', async () => {
    const relay = await start();
    relay.deps.metrics.watchProcess();
    const { text } = await relay.get('/metrics', KEYS.admin);
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds [\d.e-]+/);
    expect(text).toMatch(/process_resident_memory_bytes \d+/);
  });
});

describe('the log', () => {
  const options = { level: 'info', maxBytes: 2_000, keep: 2 };

  it('goes into files of a size that are kept in a number', async () => {
    const file = join(await folder(), 'relay.log');
    const log = createLog({ ...options, file });
    for (let line = 0; line < 200; line++) log.info({ line }, 'a line of some length');
    const names = (await readdir(join(file, '..'))).sort();
    expect(names).toEqual(['relay.log', 'relay.log.1', 'relay.log.2']);
    for (const name of names) expect((await stat(join(file, '..', name))).size).toBeLessThan(2_200);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await readFile(`${file}.1`, 'utf8')).toMatch(/"line":\d+/);
  });

  it('never holds what is secret or a customer’s', async () => {
    const file = join(await folder(), 'relay.log');
    const log = createLog({ ...options, maxBytes: 1e6, file });
    const secrets = {
      key: 'secret-1',
      token: 'secret-2',
      authorization: 'secret-3',
      customer_name: 'secret-4',
      qr_text: 'secret-5',
      qr_image: 'secret-6',
      device_token: 'secret-7',
      'x-api-key': 'secret-8',
      cookie: 'secret-9',
      secret: 'secret-10',
    };
    log.info(secrets, 'top');
    log.info({ body: secrets }, 'one below');
    log.info({ req: { headers: secrets } }, 'two below');
    const text = await readFile(file, 'utf8');
    expect(text).not.toMatch(/secret-\d/);
    expect(text.match(/\[hidden\]/g)).toHaveLength(30);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that is full once it runs costs its lines, which is said once, and no call its answer (skipped where there is no /dev/full)',
    () => {
      const said = vi.spyOn(console, 'error').mockReturnValue();
      const log = createLog({ ...options, file: '/dev/full' });
      for (let line = 0; line < 3; line++) expect(() => log.info({ line }, 'lost')).not.toThrow();
      expect(said.mock.calls).toEqual([[expect.stringMatching(/dev.full cannot be written .*ENOSPC/)]]);
      said.mockRestore();
    },
  );

  it('cannot be written: told in a sentence', () => {
    expect(() => createLog({ ...options, file: '/nonexistent/folder/relay.log' })).toThrow(/LOG_FILE/);
  });

  it('has a line for each call that changes something, without its query', async () => {
    const relay = await start();
    await relay.call('POST', '/unlink?key=secret-in-address', { key: KEYS.app, body: { agent_id: 'x' } });
    const line = relay.logged.find(({ path }) => path === '/api/device/unlink');
    expect(line).toMatchObject({ method: 'POST', status: 404, level: 30 });
    expect(JSON.stringify(relay.logged)).not.toContain('secret-in-address');
    expect(JSON.stringify(relay.logged)).not.toContain(KEYS.app);
  });
});

describe('webhooks', () => {
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

  async function receiver() {
    const got: { type: string; data: Record<string, unknown> }[] = [];
    const server = createServer((req, res) => {
      let body = '';
      req.on('data', (part: Buffer) => (body += part.toString()));
      req.on('end', () => {
        got.push(new Webhook(secret).verify(body, req.headers as Record<string, string>) as (typeof got)[number]);
        res.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
    return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
  }

  it('tell each end of a command once, signed, without customer or picture', async () => {
    const { got, url } = await receiver();
    const relay = await start({ WEBHOOK_URLS: url, WEBHOOK_SECRETS: secret, WEBHOOK_ALLOW_PRIVATE: 'on' });
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7', { customer_name: 'Grace', policy_number: 'P1', reference: 'R1' });
    await relay.poll('d1', token);
    await relay.report('d1', token, command, 'success');
    await relay.report('d1', token, command, 'cleared', { reason: 'timeout' });
    await relay.report('d1', token, command, 'cleared', { reason: 'timeout' });
    const missed = await relay.qr('7');
    await relay.pass(300_001);
    await eventually(() => expect(got).toHaveLength(2));
    expect(got.map(({ type, data }) => [type, data['command_id'], data['state'], data['reason']])).toEqual([
      ['command.ended', command, 'cleared', 'timeout'],
      ['command.ended', missed, 'expired', 'expired_undelivered'],
    ]);
    expect(got[0].data).toMatchObject({ policy_number: 'P1', reference: 'R1', agent_id: '7', device_id: 'd1' });
    expect(JSON.stringify(got)).not.toMatch(/Grace|pay/);
  });

  it('tell that a display is down, and back, after a while and once', async () => {
    const { got, url } = await receiver();
    const relay = await start({
      WEBHOOK_URLS: url,
      WEBHOOK_SECRETS: secret,
      WEBHOOK_ALLOW_PRIVATE: 'on',
      ALERT_DOWN_SECONDS: '60',
      ALERT_UP_SECONDS: '0.05',
    });
    const token = await relay.counter('7', 'd1');
    await relay.poll('d1', token);
    const round = async (): Promise<void> => {
      const { fleet } = relay.deps;
      await (fleet as unknown as { round(): Promise<void> }).round();
    };
    await round();
    await relay.pass(10_000);
    await round();
    await relay.poll('d1', token);
    await round();
    await relay.pass(10_000);
    await round();
    expect(got).toEqual([]);
    await relay.pass(61_000);
    await round();
    await round();
    await eventually(() => expect(got.map(({ type }) => type)).toEqual(['display.down']));
    await relay.poll('d1', token);
    await round();
    await relay.pass(1_000);
    await relay.poll('d1', token);
    await round();
    await eventually(() => expect(got.map(({ type }) => type)).toEqual(['display.down', 'display.up']));
    expect(got[0].data).toMatchObject({ device_id: 'd1', computer_name: 'd1', agent_id: '7' });
  });

  it('of outages come from one of several relays, and from another when that one is gone', async () => {
    const relay = await start();
    const { store } = relay.deps;
    expect([await store.lead('outages', 'one'), await store.lead('outages', 'two')]).toEqual([true, false]);
    await relay.pass(50_000);
    expect([await store.lead('outages', 'one'), await store.lead('outages', 'two')]).toEqual([true, false]);
    await relay.pass(60_001);
    expect([await store.lead('outages', 'two'), await store.lead('outages', 'one')]).toEqual([true, false]);
  });
});

describe('updates', () => {
  const content = 'the program';

  async function publish(dir: string, { percent = 100, version = '1.1.0' } = {}) {
    const file = `CounterQR-${version}.exe`;
    const manifest = JSON.stringify({
      product: 'counterqr-tray',
      version,
      platform: 'win32-x64',
      file,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      signed_at: '2026-01-05T08:00:00Z',
    });
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, file), content);
    const release = { manifest, signature: Buffer.alloc(64).toString('base64'), percent };
    await writeFile(join(dir, 'win32-x64.json'), JSON.stringify(release));
    return release;
  }

  async function withFolder() {
    const dir = await folder();
    const relay = await start({ UPDATE_DIR: dir });
    const token = await relay.register('d1');
    const ask = async (version: string, platform = 'win32-x64') =>
      (await relay.get(`/update?device_id=d1&version=${version}&platform=${platform}`, token)).body as Record<
        string,
        unknown
      >;
    return { dir, relay, token, ask };
  }

  it('are offered as they were signed, to versions before', async () => {
    const { ask, dir, relay, token } = await withFolder();
    expect(await ask('1.0.0')).toEqual({ update: false });
    const { manifest, signature } = await publish(dir);
    expect(await ask('1.0.0')).toMatchObject({ update: true, manifest, signature });
    expect(await ask('1.1.0-rc.2')).toMatchObject({ update: true });
    for (const version of ['1.1.0', '1.10.0', '2.0.0']) expect(await ask(version)).toEqual({ update: false });
    expect(await ask('1.0.0', 'linux-x64')).toEqual({ update: false });
    const { url } = await ask('1.0.0');
    const file = await relay.get(`/${String(url)}`, token);
    expect([file.text, file.headers.get('content-length')]).toEqual([content, String(content.length)]);
    expect((await relay.get(`/${String(url)}`)).status).toBe(401);
    for (const name of ['win32-x64.json', '..%2Fkeys.json', 'none.exe'])
      expect((await relay.get(`/update/file/${name}?device_id=d1`, token)).body.code, name).toBe('unknown_file');
  });

  it('are held back when the file is not the one that was signed', async () => {
    const { ask, dir, relay } = await withFolder();
    await publish(dir);
    await writeFile(join(dir, 'CounterQR-1.1.0.exe'), 'the pr0gram');
    expect(await ask('1.0.0')).toEqual({ update: false });
    expect(relay.logged).toContainEqual(expect.objectContaining({ msg: 'an update cannot be offered', level: 50 }));
    await publish(dir, { version: '1.2.0' });
    expect(await ask('1.0.0')).toMatchObject({ update: true });
    await writeFile(join(dir, 'win32-x64.json'), '{');
    expect(await ask('1.0.0')).toEqual({ update: false });
  });

  it('go to a share of the displays, and those stay in it while it grows', async () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `device_PC-${index}_abc123`);
    const chosen = (percent: number, version = '1.1.0') =>
      new Set(ids.filter((deviceId) => isChosen(deviceId, version, percent)));
    const [few, half] = [chosen(10), chosen(50)];
    expect(few.size).toBeGreaterThan(150);
    expect(few.size).toBeLessThan(250);
    expect([...few].every((id) => half.has(id))).toBe(true);
    expect([chosen(0).size, chosen(100).size]).toEqual([0, ids.length]);
    expect([...chosen(10, '1.2.0')].every((id) => few.has(id))).toBe(false);
    const { ask, dir } = await withFolder();
    await publish(dir, { percent: 0 });
    expect(await ask('1.0.0')).toEqual({ update: false });
    await publish(dir, { percent: 100 });
    expect(await ask('1.0.0')).toMatchObject({ update: true });
  });
});
