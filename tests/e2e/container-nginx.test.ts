/** deploy/container: nginx as compose.yaml's profile `ha` starts it, before two relays that share one Redis. */
import { spawn, type ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../support/docs/guide.ts';
import { freePort } from '../support/process/free-port.ts';
import { noRedis, startRedis, type TestRedis } from '../support/process/redis.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noTool, pathWithTools } from '../support/requirements.ts';
import { eventually, until } from '../support/wait.ts';

const why = noTool('nginx', 'openssl') ?? noRedis();
const conf = readFileSync(join(root, 'deploy/container/nginx.conf'), 'utf8');

describe.skipIf(why !== undefined)(`nginx before the relays of compose.yaml${because(why)}`, () => {
  let folder: string;
  let redis: TestRedis;
  let relays: TestRelay[];
  let nginx: ChildProcess;
  let port: number;
  let said = '';

  /** As a browser that was told to trust the certificate. */
  function ask(method: string, path: string, body?: object, key?: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          method,
          path,
          ca: readFileSync(join(folder, 'certificate/fullchain.pem')),
          servername: 'counter.example',
          headers: {
            ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => (text += piece));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async function startNginx(): Promise<void> {
    nginx = spawn('sh', [join(root, 'deploy/container/start-nginx.sh')], {
      env: {
        PATH: pathWithTools(),
        CERTIFICATE: join(folder, 'certificate'),
        CONFIGURATION: join(folder, 'nginx.conf'),
        NAMES: 'counter.example,localhost',
      },
    });
    for (const stream of [nginx.stdout, nginx.stderr]) stream?.on('data', (data: Buffer) => (said += data.toString()));
    await until(
      'nginx answers',
      () =>
        ask('GET', '/api/device/health').then(
          ({ status }) => status === 200,
          () => false,
        ),
      { otherwise: () => said },
    );
  }

  async function stopNginx(): Promise<void> {
    if (!nginx || nginx.exitCode !== null) return;
    const ended = once(nginx, 'exit');
    nginx.kill('SIGTERM');
    await ended;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-container-'));
    mkdirSync(join(folder, 'certificate'));
    redis = await startRedis();
    const env = { STORE_URL: redis.url, TRUST_PROXY: '1' };
    relays = await Promise.all([startRelay({ env }), startRelay({ env })]);
    port = await freePort();
    const ports = relays.map(({ origin }) => new URL(origin).port);
    writeFileSync(
      join(folder, 'nginx.conf'),
      conf
        .replace(/relay-([12]):5001/g, (_all, which: string) => `127.0.0.1:${ports[Number(which) - 1]}`)
        .replace('listen 8443', `listen 127.0.0.1:${port}`)
        .replaceAll('/certificate/', `${folder}/certificate/`)
        .replace(/(pid|_temp_path) \/tmp\//g, `$1 ${folder}/`),
    );
    await startNginx();
  });
  afterAll(async () => {
    await stopNginx();
    for (const relay of relays ?? []) await relay.remove();
    await redis?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a certificate of its own for the names that it was given, and keeps it over a start', async () => {
    const file = join(folder, 'certificate/fullchain.pem');
    const certificate = new X509Certificate(readFileSync(file));
    expect(certificate.subjectAltName).toBe('DNS:counter.example, DNS:localhost');
    expect(statSync(join(folder, 'certificate/privkey.pem')).mode & 0o077).toBe(0);
    expect(said).toContain(certificate.fingerprint256);
    await stopNginx();
    await startNginx();
    expect(new X509Certificate(readFileSync(file)).fingerprint256).toBe(certificate.fingerprint256);
  });

  it('goes on with one relay when the other is killed', async () => {
    const device = { device_id: 'device_PC_0a1b2c', computer_name: 'PC', kind: 'kiosk' };
    const at = (path: string) => `/api/device${path}`;
    expect((await ask('POST', at('/register'), device, KEYS.enrol)).status).toBe(200);
    expect((await ask('POST', at('/link'), { agent_id: '42', device_id: device.device_id }, KEYS.app)).status).toBe(
      200,
    );
    await relays[0]?.stop('SIGKILL');
    await eventually(async () =>
      expect(await ask('GET', at('/link?agent_id=42'), undefined, KEYS.app)).toMatchObject({ status: 200 }),
    );
    const posted = await ask('POST', at('/qr'), { agent_id: '42', qr_text: 'pay' }, KEYS.app);
    expect(posted).toMatchObject({ status: 200, body: expect.stringContaining(device.device_id) as string });
  });
});
