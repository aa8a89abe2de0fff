/** What a relay does with callers that are hostile, clumsy, slow or too many. */
import { connect } from 'node:net';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';
import { closeServer, httpServer } from '../../relay/http/server.ts';

let relay: RelayApp;
afterEach(() => relay.stop());
const start = async (env: Record<string, string> = {}): Promise<void> => {
  relay = await RelayApp.start({ env });
};

describe('other origins', () => {
  const preflight = (origin: string) =>
    relay.call('OPTIONS', '/qr', {
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' },
    });

  it('may call when they are listed, and not otherwise', async () => {
    await start({ ALLOWED_ORIGINS: 'https://app.example, http://localhost:3000/' });
    for (const origin of ['https://app.example', 'http://localhost:3000']) {
      const { headers } = await preflight(origin);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-headers')).toMatch(/idempotency-key/i);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
    for (const origin of ['https://app.example.evil.example', 'https://evil.example', 'null'])
      expect((await preflight(origin)).headers.get('access-control-allow-origin') ?? '', origin).toBe('');
  });

  it('get their refusals with the header that lets them read it', async () => {
    await start({ ALLOWED_ORIGINS: 'https://app.example' });
    const { status, headers } = await relay.call('POST', '/qr', {
      headers: { origin: 'https://app.example' },
      body: {},
    });
    expect(status).toBe(401);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    const poll = await relay.call('GET', '/poll?device_id=x', {
      key: 'some-token',
      headers: { origin: 'https://app.example' },
    });
    expect([poll.status, poll.headers.get('access-control-allow-origin')]).toEqual([404, 'https://app.example']);
  });
});

describe('headers', () => {
  it('keep a page of ours to ourselves', async () => {
    await start();
    const { headers } = await relay.get('/health');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('name each answer, refusals too, as the log does', async () => {
    await start();
    const { headers } = await relay.post('/qr', {}, 'wrong-key');
    const requestId = headers.get('x-request-id');
    expect(relay.logged).toContainEqual(expect.objectContaining({ requestId, path: '/api/device/qr', status: 401 }));
    expect((await relay.get('/poll?device_id=x')).headers.get('x-request-id')).toMatch(/.+/);
  });
});

it('lives under BASE_PATH, and nowhere else', async () => {
  await start({ BASE_PATH: '/counterqr/' });
  expect((await relay.get('/health')).status).toBe(200);
  const token = await relay.register('d1');
  expect(await relay.poll('d1', token)).toEqual([]);
  const outside = await fetch(`${relay.url}/api/device/health`);
  expect([outside.status, ((await outside.json()) as { code: string }).code]).toEqual([404, 'unknown_route']);
});

describe('bodies', () => {
  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    relay.call('POST', '/qr', { key: KEYS.app, headers: { 'content-type': 'application/json', ...headers }, body });

  it.each([
    ['', {}, 400, 'bad_request'],
    ['{', {}, 400, 'bad_json'],
    ['"text"', {}, 400, 'bad_request'],
    ['[]', {}, 400, 'bad_request'],
    ['{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['{}', { 'content-encoding': 'nonsense' }, 415, 'unsupported_media_type'],
    ['{"agent_id":"7","qr_text":"x","__proto__":{"admin":true}}', {}, 400, 'bad_json'],
    ['{"agent_id":"__proto__","qr_text":"x"}', {}, 404, 'unknown_agent'],
  ])('%s with %j: %i %s', async (body, headers, status, code) => {
    await start();
    const answer = await post(body, headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.error).toMatch(/^[A-Z].*[.]$/);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|at \w+ \(/);
  });

  it('that are too large are refused, and compressed ones before they are unpacked', async () => {
    await start();
    const large = JSON.stringify({ agent_id: '7', qr_text: 'x'.repeat(2_200_000) });
    expect((await post(large)).status).toBe(413);
    expect((await post(gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await relay.get('/health')).status).toBe(200);
  });
});

describe('limits', () => {
  it('one that calls too often is told when to come back; others go on', async () => {
    await start({ AGENT_JWT_SECRET: 'a-secret-of-at-least-32-characters!' });
    const wrong = await Promise.all(Array.from({ length: 61 }, () => relay.get('/list', 'wrong-key-1234')));
    expect(wrong.filter(({ status }) => status === 401)).toHaveLength(60);
    const refused = wrong.find(({ status }) => status === 429);
    expect(refused?.body.code).toBe('rate_limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await relay.get('/list', KEYS.admin)).status).toBe(200);
  });

  it('a display that polls all the time', async () => {
    await start();
    const token = await relay.register('d1');
    const answers = await Promise.all(Array.from({ length: 101 }, () => relay.get('/poll?device_id=d1', token)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });

  it('polls that are refused for their credentials are counted, too; the display itself goes on', async () => {
    await start();
    const token = await relay.register('d1');
    const wrong = await Promise.all(
      Array.from({ length: 70 }, (_, n) => relay.get('/poll?device_id=d1', `wrong-token-${n}`)),
    );
    expect(wrong.filter(({ status }) => status === 401)).toHaveLength(60);
    expect(wrong.filter(({ status, body }) => status === 429 && body.code === 'rate_limited')).toHaveLength(10);
    expect(await relay.poll('d1', token)).toEqual([]);
  });

  it('are off for load tests', async () => {
    await start({ RATE_LIMITS: 'off' });
    const token = await relay.register('d1');
    const answers = await Promise.all(Array.from({ length: 150 }, () => relay.get('/poll?device_id=d1', token)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  it('more held calls than MAX_HELD_POLLS are told to poll without waiting', async () => {
    await start({ MAX_HELD_POLLS: '1' });
    const [one, two] = [await relay.register('d1'), await relay.register('d2')];
    const held = relay.poll('d1', one, '&wait=25');
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
    const refused = await relay.get('/poll?device_id=d2&wait=25', two);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await relay.poll('d2', two)).toEqual([]);
    relay.deps.longPolls.stop();
    expect(await held).toEqual([]);
  });
});

it('answers all who wait when it is stopped, and takes nobody new', async () => {
  await start();
  const token = await relay.counter('7', 'd1');
  const command = await relay.qr('7');
  await relay.poll('d1', token);
  const server = httpServer((req, res) => void relay.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const get = (path: string, key: string) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) =>
      request(
        { port, path: `/api/device${path}`, headers: { authorization: `Bearer ${key}` }, agent: false },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => (text += part));
          answer.on('end', () => resolve({ status: answer.statusCode, text }));
        },
      )
        .on('error', reject)
        .end(),
    );
  const poll = get('/poll?device_id=d1&wait=25', token);
  const watch = get(`/command/${command}?wait=25`, KEYS.app);
  const events = get('/events', KEYS.admin);
  await eventually(() => expect([relay.deps.longPolls.size, relay.deps.fleet.listenerCount]).toEqual([2, 1]));
  const started = performance.now();
  await closeServer(server, async () => {
    relay.deps.longPolls.stop();
    await relay.deps.fleet.stop();
  });
  expect(performance.now() - started).toBeLessThan(2_500);
  expect(await poll).toMatchObject({ status: 200, text: '{"has_commands":false,"commands":[]}' });
  expect(await watch).toMatchObject({ status: 200 });
  expect(await events).toMatchObject({ status: 200 });
  await expect(get('/health', KEYS.admin)).rejects.toThrow(/ECONNREFUSED/);
  expect((await relay.get('/health')).body).toMatchObject({ status: 'stopping', code: 'store_unavailable' });
});

it('gives up a client that never finishes its headers or its body', async () => {
  await start();
  const server = httpServer((req, res) => void relay.handle(req, res));
  expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
  // The same server with less patience, so that nobody has to wait for half a minute.
  Object.assign(server, { headersTimeout: 300, requestTimeout: 600 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const send = (text: string) =>
    new Promise<string>((resolve) => {
      let got = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (part) => (got += part.toString()));
      socket.on('close', () => resolve(got));
    });
  const head = `POST /api/device/qr HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEYS.app}\r\n`;
  const answers = await Promise.all([
    send(head),
    send(`${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`),
  ]);
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  await closeServer(server, () => Promise.resolve());
});

it('gives up a client that asks and does not take its answers, and does not work for it meanwhile', async () => {
  await start();
  let asked = 0;
  const server = httpServer((_req, res) => {
    asked++;
    res.end('x'.repeat(50_000));
  });
  expect(server.timeout).toBe(60_000);
  Object.assign(server, { timeout: 300 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const connections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  // Far more than what the system keeps for a connection.
  const many = 3_000;
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(1_000)}\r\n\r\n`.repeat(many)),
  );
  socket.pause().on('error', () => undefined);
  await eventually(() => expect(asked).toBeGreaterThan(0));
  // Sooner than a half-read request is given up.
  await eventually(async () => expect(await connections()).toBe(0), { timeoutMs: 8_000 });
  expect(asked).toBeLessThan(many / 2);
  socket.destroy();
  await closeServer(server, () => Promise.resolve());
});
