/** deploy/nginx.conf, run by nginx: TLS, one origin for web app, pages and API, held polls, limits. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect as connectH2, type ClientHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLL_SECONDS } from '../../shared/wire/display.ts';
import { blocksOf } from '../support/docs/guide.ts';
import { startNginx } from '../support/process/nginx.ts';
import { shippedConf, startShippedNginx, type ShippedNginx } from '../support/process/shipped-nginx.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noTool, tool } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-deploy-'));
  // nginx's workers run as another user.
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const noNginx = noTool('nginx', 'openssl');

describe.skipIf(noNginx !== undefined)(`nginx.conf${because(noNginx)}`, () => {
  let relay: TestRelay;
  let nginx: ShippedNginx;
  let h2: ClientHttp2Session;

  interface Answer {
    status: number;
    headers: Record<string, unknown>;
    body: string;
  }

  /** One exchange over HTTP/2. */
  function ask(path: string, options: { method?: string; key?: string; body?: string } = {}): Promise<Answer> {
    const request = h2.request({
      ':path': path,
      ':method': options.method ?? 'GET',
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    });
    request.end(options.body);
    return new Promise((resolve, reject) => {
      let headers: Record<string, unknown> = {};
      let body = '';
      request.setEncoding('utf8');
      request.on('response', (got) => (headers = got));
      request.on('data', (piece: string) => (body += piece));
      request.on('end', () => resolve({ status: Number(headers[':status']), headers, body }));
      request.on('error', reject);
    });
  }
  const post = (path: string, body: object, key = KEYS.app) =>
    ask(path, { method: 'POST', body: JSON.stringify(body), key });

  beforeAll(async () => {
    // As counterqr.service starts it.
    relay = await startRelay({ env: { BASE_PATH: '/counterqr', TRUST_PROXY: 'on' } });
    nginx = await startShippedNginx(folder, relay.origin);
    // A browser's connection: one for everything.
    h2 = connectH2(`https://127.0.0.1:${nginx.tlsPort}`, { rejectUnauthorized: false, servername: 'pay.example' });
    await once(h2, 'connect');
  });
  afterAll(async () => {
    h2?.destroy();
    await nginx?.stop();
    await relay?.remove();
  });

  it('warns of nothing, and sends plain HTTP to TLS', async () => {
    expect(nginx.said()).toBe('');
    const { status, headers } = await fetch(`${nginx.http}/kiosk/?name=A`, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([308, 'https://127.0.0.1/kiosk/?name=A']);
  });

  it('serves the pages, the API at both of its places and the web app, from one origin', async () => {
    const page = await ask('/counterqr/kiosk/');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['strict-transport-security']).toContain('max-age');
    expect((await ask('/counterqr/sdk/device-service.js')).body).toContain('displayQR');
    for (const place of ['/counterqr/api/device', '/api/device'])
      expect(JSON.parse((await ask(`${place}/health`)).body)).toMatchObject({ status: 'online' });
    expect((await ask('/customers/7')).body).toContain('The web app');
    const short = await ask('/kiosk/?name=SHOWROOM-PC-01');
    expect([short.status, short.headers['location']]).toEqual([308, '/counterqr/kiosk/?name=SHOWROOM-PC-01']);
  });

  it('holds many polls over one connection, and passes a command on the moment it comes', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `device_nginx_${index}`);
    const polls = await Promise.all(
      ids.map(async (device_id) => {
        const { body } = await post(
          '/api/device/register',
          { device_id, computer_name: device_id, kind: 'kiosk' },
          KEYS.enrol,
        );
        const { device_token } = JSON.parse(body) as { device_token: string };
        return () => ask(`/api/device/poll?device_id=${device_id}&wait=20`, { key: device_token });
      }),
    );
    const answers = polls.map((poll) => poll());
    await post('/api/device/link', { agent_id: '1', device_id: ids[29] });
    const posted = await post('/api/device/qr', { agent_id: '1', qr_text: 'https://pay.example/p/1' });
    expect(posted.status).toBe(200);
    // The last of them is answered while the other 29 are still held.
    const first = await Promise.race(answers);
    expect(JSON.parse(first.body)).toMatchObject({ has_commands: true });
  });

  it('passes the admin page’s events on the moment they happen', async () => {
    const stream = h2.request({ ':path': '/counterqr/api/device/events', authorization: `Bearer ${KEYS.admin}` });
    let got = '';
    stream.setEncoding('utf8').on('data', (piece: string) => (got += piece));
    await until('the stream begins', () => got.includes('data:'), { otherwise: () => got });
    const device_id = 'device_seen_at_once';
    await post('/api/device/register', { device_id, computer_name: 'SEEN', kind: 'kiosk' }, KEYS.enrol);
    // An nginx that gathers a page of them before it passes one on keeps this for half a minute.
    await until('the new display is told', () => got.includes(device_id), { timeoutMs: 15_000, otherwise: () => got });
    stream.close();
  });

  it('signs an admin in with a cookie that goes over TLS only', async () => {
    const { headers, status } = await post('/counterqr/api/device/admin/login', { key: KEYS.admin });
    expect([status, headers['set-cookie']]).toEqual([200, [expect.stringMatching(/^counterqr_admin=.*; secure\b/i)]]);
  });

  it('lets a picture of 2 MB through to the relay, and nothing much larger', async () => {
    const sized = (bytes: number) =>
      post('/api/device/qr', { agent_id: '1', qr_image: `data:image/png;base64,${'A'.repeat(bytes)}` });
    // Taken by nginx, refused by the relay: it is no picture.
    expect((await sized(1_999_900)).status).toBe(400);
    expect((await sized(4_000_000)).status).toBe(413);
  });

  it('slows a flood down with 429', async () => {
    const answers = await Promise.all(Array.from({ length: 900 }, () => ask('/api/device/health')));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 429]));
  });
});

it('nginx.conf leaves room for 500 displays behind one address, also when they all come back at once', () => {
  const displays = 500;
  const rate = Number(/ rate=(\d+)r\/s;/.exec(shippedConf)?.[1]);
  // Half of the rate is for what is no poll: reports, the web app, pages.
  expect(rate).toBeGreaterThanOrEqual((2 * displays) / POLL_SECONDS);
  const bursts = [...shippedConf.matchAll(/ burst=(\d+) nodelay;/g)].map(([, burst]) => Number(burst));
  expect(bursts).toHaveLength(3);
  // The knock that is answered, and the poll after it.
  for (const burst of bursts) expect(burst).toBeGreaterThanOrEqual(2 * displays);
});

it.skipIf(noNginx !== undefined)(`docs/scaling.md shows what nginx takes${because(noNginx)}`, () => {
  const block = blocksOf('docs/scaling.md').find(({ language }) => language === 'nginx');
  const test = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, `pid ${file}.pid; events {} http { access_log off; ${text}\n}`);
    return spawnSync(tool('nginx'), ['-t', '-c', file, '-e', 'stderr'], { encoding: 'utf8' }).status;
  };
  // Port 80, where it says nothing, is not for every user.
  const text = (block?.text ?? '').replace('  location /', '  listen 127.0.0.1:8080;\n  location /');
  expect(test('scaling.conf', text)).toBe(0);
  expect(test('broken.conf', text.replace('keepalive 64', 'keepalive many'))).not.toBe(0);
});

it.skipIf(noNginx !== undefined)(
  `what docs/scaling.md shows lets a picture of 2 MB through, from whom and over what${because(noNginx)}`,
  async () => {
    const seen: string[] = [];
    const relays = [1, 2].map(() =>
      createHttpServer((req, res) => {
        let bytes = 0;
        req.on('data', (part: Buffer) => (bytes += part.length));
        req.on('end', () => {
          seen.push([bytes, req.headers['x-forwarded-for'], req.headers['x-forwarded-proto']].join(' '));
          res.end();
        });
      }).listen(0, '127.0.0.1'),
    );
    await Promise.all(relays.map((one) => once(one, 'listening')));
    const nginx = await startNginx(relays.map((one) => (one.address() as AddressInfo).port));
    try {
      seen.length = 0;
      const { status } = await fetch(nginx.url, { method: 'POST', body: 'x'.repeat(2_900_000) });
      expect([status, seen]).toEqual([200, ['2900000 127.0.0.1 http']]);
      expect((await fetch(nginx.url, { method: 'POST', body: 'x'.repeat(3_200_000) })).status).toBe(413);
    } finally {
      await nginx.remove();
      for (const one of relays) one.close();
    }
  },
);
