/** What `deploy/` holds, run by the programs that it is for. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectH2, type ClientHttp2Session } from 'node:http2';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, startRelay, type TestRelay } from '../rig/relay.ts';
import { because, which } from '../rig/requirements.ts';
import { until } from '../rig/wait.ts';

const deploy = join(import.meta.dirname, '../../deploy');
const read = (name: string) => readFileSync(join(deploy, name), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-deploy-'));
  // nginx's workers run as another user.
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const noNginx = which('nginx') && which('openssl') ? undefined : 'no nginx or no openssl on this machine';

describe.skipIf(noNginx !== undefined)(`nginx.conf${because(noNginx)}`, () => {
  let relay: TestRelay;
  let nginx: ChildProcess;
  let http: string;
  let h2: ClientHttp2Session;
  let said = '';

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
    relay = await startRelay({ env: { BASE_PATH: '/counterqr' } });
    const [plain, tls] = [await freePort(), await freePort()];
    const certificate = [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const;
    const subject = ['-subj', '/CN=pay.example', '-days', '2'];
    const out = ['-out', certificate[0], '-keyout', certificate[1]];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...out], { stdio: 'ignore' });
    mkdirSync(join(folder, 'web-app'));
    writeFileSync(join(folder, 'web-app/index.html'), '<title>The web app</title>');
    const site = read('nginx.conf')
      .replace(/^\s*listen \[::\].*$/gm, '')
      .replace('listen 80;', `listen 127.0.0.1:${plain};`)
      .replace('listen 443 ', `listen 127.0.0.1:${tls} `)
      .replace('127.0.0.1:5001', new URL(relay.origin).host.replace('localhost', '127.0.0.1'))
      .replace('/etc/ssl/counterqr/fullchain.pem', certificate[0])
      .replace('/etc/ssl/counterqr/privkey.pem', certificate[1])
      .replace('/var/www/web-app', join(folder, 'web-app'));
    writeFileSync(join(folder, 'site.conf'), site);
    const main = [
      'daemon off; worker_processes 1; error_log stderr warn;',
      `pid ${join(folder, 'nginx.pid')};`,
      'events { worker_connections 1024; }',
      'http { access_log off;',
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${join(folder, `temp-${name}`)};`,
      ),
      `include ${join(folder, 'site.conf')}; }`,
    ];
    writeFileSync(join(folder, 'nginx.conf'), main.join('\n'));
    nginx = spawn(which('nginx') ?? 'nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']);
    nginx.stderr?.on('data', (data: Buffer) => (said += data.toString()));
    http = `http://127.0.0.1:${plain}`;
    await until(
      'nginx answers',
      () =>
        fetch(http, { redirect: 'manual' }).then(
          () => true,
          () => false,
        ),
      { otherwise: () => said },
    );
    // A browser's connection: one for everything.
    h2 = connectH2(`https://127.0.0.1:${tls}`, { rejectUnauthorized: false, servername: 'pay.example' });
    await once(h2, 'connect');
  });
  afterAll(async () => {
    h2?.close();
    if (nginx && nginx.exitCode === null) {
      const ended = once(nginx, 'exit');
      nginx.kill('SIGQUIT');
      await ended;
    }
    await relay?.remove();
  });

  it('warns of nothing, and sends plain HTTP to TLS', async () => {
    expect(said).toBe('');
    const { status, headers } = await fetch(`${http}/kiosk/?name=A`, { redirect: 'manual' });
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
    expect([short.status, short.headers['location']]).toEqual([
      308,
      expect.stringMatching(/\/counterqr\/kiosk\/\?name=SHOWROOM-PC-01$/),
    ]);
  });

  it('holds many polls over one connection, and passes a command on the moment it comes', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `device_nginx_${index}`);
    const polls = await Promise.all(
      ids.map(async (device_id) => {
        const { body } = await post('/api/device/register', { device_id, computer_name: device_id }, KEYS.enrol);
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

const noSystemd = which('systemd-analyze') ? undefined : 'no systemd-analyze on this machine';

describe.skipIf(noSystemd !== undefined)(`systemd units${because(noSystemd)}`, () => {
  const verify = (...names: string[]) => {
    const units = join(folder, 'units');
    mkdirSync(units, { recursive: true });
    for (const name of names)
      writeFileSync(
        join(units, name),
        // Only what must exist on this machine is replaced.
        read(name)
          .replace('/usr/bin/node', process.execPath)
          .replace('/opt/counterqr/deploy/backup.sh', join(deploy, 'backup.sh')),
      );
    return spawnSync('systemd-analyze', ['verify', ...names.map((name) => join(units, name))], { encoding: 'utf8' });
  };

  it('are taken by systemd without a word', () => {
    const { status, stderr, stdout } = verify(
      'counterqr.service',
      'counterqr-backup.service',
      'counterqr-backup.timer',
    );
    expect(stderr + stdout).toBe('');
    expect(status).toBe(0);
  });

  it('verify tells a broken unit from a good one', () => {
    const broken = join(folder, 'broken.service');
    writeFileSync(broken, read('counterqr.service').replace('Restart=always', 'Restart=sometimes'));
    expect(spawnSync('systemd-analyze', ['verify', broken], { encoding: 'utf8' }).stderr).toContain('Restart');
  });

  it('leave the relay exposed to little: below 2.0 of 10', () => {
    const { status, stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--threshold=20', join(deploy, 'counterqr.service')],
      { encoding: 'utf8' },
    );
    expect(stdout).toContain('Overall exposure level');
    expect(status).toBe(0);
  });
});

const noLogrotate = which('logrotate') ? undefined : 'no logrotate on this machine';

it.skipIf(noLogrotate !== undefined)(
  `logrotate.conf keeps the file that the relay writes to${because(noLogrotate)}`,
  () => {
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    const log = join(logs, 'relay.log');
    writeFileSync(log, 'a line\n');
    const inode = statSync(log).ino;
    const conf = join(folder, 'logrotate.conf');
    const { username } = userInfo();
    writeFileSync(
      conf,
      read('logrotate.conf')
        .replace('/var/log/counterqr', logs)
        .replace(
          'su counterqr counterqr',
          `su ${username} ${execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()}`,
        ),
      { mode: 0o644 },
    );
    execFileSync(which('logrotate') ?? 'logrotate', ['--force', '--state', join(folder, 'logrotate.state'), conf]);
    expect(statSync(log)).toMatchObject({ ino: inode, size: 0 });
    expect(readFileSync(`${log}.1`, 'utf8')).toBe('a line\n');
  },
);

it('ecosystem.config.cjs names one process that is there', () => {
  const { apps } = createRequire(import.meta.url)(join(deploy, 'ecosystem.config.cjs')) as {
    apps: { cwd: string; script: string; instances: number; exec_mode: string }[];
  };
  expect(apps).toHaveLength(1);
  expect(apps[0]).toMatchObject({ instances: 1, exec_mode: 'fork' });
  expect(statSync(join(apps[0]?.cwd ?? '', apps[0]?.script ?? '')).isFile()).toBe(true);
});

const noTar = which('tar') && process.platform === 'linux' ? undefined : 'the scripts need GNU tar';

describe.skipIf(noTar !== undefined)(`backup and restore${because(noTar)}`, () => {
  it('brings back all that was acknowledged, from a backup made while the relay was writing', async () => {
    const relay = await startRelay();
    const target = join(folder, 'backups');
    try {
      const device_id = 'device_backup';
      await relay.call('POST', '/register', { key: KEYS.enrol, body: { device_id, computer_name: 'BACKUP' } });
      await relay.link('7', device_id);
      const before: string[] = [];
      for (let round = 0; round < 20; round += 1) before.push((await relay.postQr('7', `before ${round}`)).command_id);
      let writing = true;
      const meanwhile = (async () => {
        for (let round = 0; writing; round += 1) await relay.postQr('7', `meanwhile ${round}`);
      })();
      const backup = spawn(join(deploy, 'backup.sh'), [relay.dataDir, target, '2']);
      let file = '';
      backup.stdout.on('data', (data: Buffer) => (file += data.toString()));
      const [code] = (await once(backup, 'exit')) as [number];
      writing = false;
      await meanwhile;
      expect(code).toBe(0);
      file = file.trim();
      expect(statSync(file).mode & 0o077).toBe(0);

      await relay.stop();
      execFileSync(join(deploy, 'restore.sh'), [file, relay.dataDir]);
      await relay.start();
      for (const commandId of before) expect((await relay.command(commandId)).command_id).toBe(commandId);
      // The link is there too: the next QR goes to the same display.
      expect((await relay.postQr('7', 'after')).device_id).toBe(device_id);
      for (const name of readdirSync(tmpdir()).filter((name) => join(tmpdir(), name).startsWith(`${relay.dataDir}.`)))
        rmSync(join(tmpdir(), name), { recursive: true });
    } finally {
      await relay.remove();
    }
  });

  it('refuses a backup that is cut short, and leaves the data alone', () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'something'), 'kept');
    const file = execFileSync(join(deploy, 'backup.sh'), [data, join(folder, 'cut')], { encoding: 'utf8' }).trim();
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length - 20));
    const { status, stderr } = spawnSync(join(deploy, 'restore.sh'), [file, data], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('not a whole backup')]);
    expect(readdirSync(data)).toEqual(['something']);
  });
});
