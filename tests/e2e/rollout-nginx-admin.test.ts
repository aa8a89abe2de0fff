/**
 * deploy/nginx.conf with ADMIN_ORIGIN: somebody at the web app's host, or with its page in a browser where an admin is
 * signed in, tries to reach the admin page and its session through nginx.
 */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { startShippedNginx, type ShippedNginx } from '../support/process/shipped-nginx.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { because, noTool } from '../support/requirements.ts';

const ADMIN = 'admin.pay.example';
const SHARED = 'pay.example';
const why = noTool('nginx', 'openssl');

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

describe.skipIf(why !== undefined)(`the admin's host behind nginx.conf${because(why)}`, () => {
  let folder: string;
  let relay: TestRelay;
  let nginx: ShippedNginx;

  /** Bytes as they are written here, so that no client mends the path or the host. */
  function ask(host: string, path: string, more: readonly string[] = [], body?: object): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const lines = [
      `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1`,
      ...[`Host: ${host}`, 'Connection: close', ...more],
      ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`]),
    ];
    return new Promise((resolve, reject) => {
      const socket = connect({
        ...{ host: '127.0.0.1', port: nginx.tlsPort, servername: host, rejectUnauthorized: false, timeout: 20_000 },
      });
      let got = '';
      socket.setEncoding('utf8');
      socket.on('data', (part: string) => (got += part));
      socket.on('timeout', () => socket.destroy(new Error(`no answer to ${lines[0] ?? ''}`)));
      socket.on('error', reject);
      socket.on('close', () => {
        const [head = '', ...rest] = got.split('\r\n\r\n');
        resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body: rest.join('\r\n\r\n') });
      });
      socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`);
    });
  }
  const signIn = (host: string, more: readonly string[] = []) =>
    ask(host, '/counterqr/api/device/admin/login', more, { key: KEYS.admin });
  const cookieOf = ({ head }: Answer): string => /^set-cookie: ([^;]+)/im.exec(head)?.[1] ?? '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-admin-host-'));
    chmodSync(folder, 0o755);
    relay = await startRelay({
      env: { BASE_PATH: '/counterqr', TRUST_PROXY: '1', ADMIN_ORIGIN: `https://${ADMIN}` },
    });
    nginx = await startShippedNginx(folder, relay.origin);
  });
  afterAll(async () => {
    await nginx?.stop();
    await relay?.remove();
    removeFolder(folder);
  });

  it('serves the page at its own host, whose root leads to it, and signs in there', async () => {
    const root = await ask(ADMIN, '/');
    expect([root.status, /^location: (\S+)/im.exec(root.head)?.[1]]).toEqual([308, '/counterqr/admin/']);
    expect((await ask(ADMIN, '/counterqr/admin/')).status).toBe(200);
    const signedIn = await signIn(ADMIN);
    expect(signedIn.status).toBe(200);
    // Of this host alone, and not of all hosts of its domain.
    expect(signedIn.head).not.toMatch(/domain=/i);
    const cookie = `Cookie: ${cookieOf(signedIn)}`;
    expect((await ask(ADMIN, '/counterqr/api/device/list', [cookie])).status).toBe(200);
  });

  it('has neither the page, nor a way to sign in, nor the session at the web app’s host, however the path is written', async () => {
    const cookie = `Cookie: ${cookieOf(await signIn(ADMIN))}`;
    for (const path of [
      '/counterqr/admin/',
      '/counterqr/%61dmin/',
      '/counterqr//admin/',
      '/counterqr/./admin/',
      '/counterqr/kiosk/../admin/',
      '/counterqr/kiosk/%2e%2e/admin/',
      '/counterqr/ADMIN/index.html',
      '/counterqr/admin%2findex.html',
    ]) {
      const { status, body } = await ask(SHARED, path, [cookie]);
      expect([path, status]).toEqual([path, expect.toSatisfy((one: number) => one === 302 || one === 404)]);
      expect(body).not.toContain('<script');
    }
    for (const at of ['/counterqr/api/device', '/api/device', '/counterqr//api/device', '/counterqr/./api/device'])
      for (const path of ['/list', '/admin/session', '/device/none', '//admin/session', '/%61dmin/session'])
        expect([at + path, (await ask(SHARED, at + path, [cookie])).status]).toEqual([
          at + path,
          expect.toSatisfy((one: number) => [401, 403, 404].includes(one)),
        ]);
    const refused = await signIn(SHARED);
    expect([refused.status, cookieOf(refused)]).toEqual([403, '']);
  });

  it('believes no header that names the admin’s host', async () => {
    const cookie = `Cookie: ${cookieOf(await signIn(ADMIN))}`;
    for (const claim of [
      `X-Forwarded-Host: ${ADMIN}`,
      `Forwarded: host=${ADMIN}`,
      `X-Original-Host: ${ADMIN}`,
      `X-Host: ${ADMIN}`,
      'X-Original-URL: /counterqr/admin/',
      'X-Rewrite-URL: /counterqr/api/device/list',
    ]) {
      expect([claim, (await ask(SHARED, '/counterqr/api/device/list', [cookie, claim])).status]).toEqual([claim, 401]);
      expect([claim, (await signIn(SHARED, [claim])).status]).toEqual([claim, 403]);
    }
    // nginx chooses the server by this address, and the relay is told the same.
    const absolute = await ask(SHARED, `https://${ADMIN}/counterqr/api/device/list`, []);
    expect(absolute.status).toBe(401);
  });

  it('has no kiosk, demo, SDK or web app at the admin’s host, so that no other page shares its origin', async () => {
    for (const path of [
      '/counterqr/kiosk/',
      '/counterqr/demo/',
      '/counterqr/sdk/device-service.js',
      '/counterqr/%6biosk/',
    ])
      expect([path, (await ask(ADMIN, path)).status]).toEqual([path, 404]);
    for (const path of ['/index.html', '/kiosk/', '/customers/7', '/api/device/health'])
      expect([path, (await ask(ADMIN, path)).status]).toEqual([path, 404]);
  });

  it('lends the session to no page of the web app’s host, which is the same site', async () => {
    const cookie = `Cookie: ${cookieOf(await signIn(ADMIN))}`;
    for (const site of ['same-site', 'cross-site'])
      expect((await ask(ADMIN, '/counterqr/api/device/list', [cookie, `Sec-Fetch-Site: ${site}`])).status).toBe(401);
    const { head } = await ask(ADMIN, '/counterqr/api/device/list', [cookie, `Origin: https://${SHARED}`]);
    expect(head).not.toMatch(/access-control-allow-origin/i);
  });
});
