/** The data folder of a relay on lowdb: on a disk that is full, and wanted by two relays in two containers. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pidNamespace } from '../support/process/pid-namespace.ts';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { fillDisk, mountSmallDisk } from '../support/process/small-disk.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { because } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const root = join(import.meta.dirname, '../..');
const picture = `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(15_000, 7)]).toString('base64')}`;

const scratch = mkdtempSync(join(tmpdir(), 'counterqr-folder-'));
const small = join(scratch, 'small-disk');
mkdirSync(small);
const disk = mountSmallDisk(small);
const noMount = disk.kind === 'missing' ? disk.why : undefined;
const namespace = pidNamespace();
const noContainers = namespace.kind === 'missing' ? namespace.why : undefined;

afterAll(() => {
  if (disk.kind === 'mounted') disk.unmount();
  removeFolder(scratch);
});

async function counter(relay: TestRelay): Promise<void> {
  const body = { device_id: 'd1', computer_name: 'PC', kind: 'kiosk' };
  expect((await relay.call('POST', '/register', { key: KEYS.enrol, body })).status).toBe(200);
  await relay.link('7', 'd1');
}

const WEBHOOKS = {
  WEBHOOK_URLS: 'http://127.0.0.1:9/hook',
  WEBHOOK_SECRETS: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
  WEBHOOK_ALLOW_PRIVATE: 'on',
};

describe.skipIf(noMount !== undefined).each([
  ['without webhooks', 'plain', {}],
  ['with WEBHOOK_URLS', 'webhooks', WEBHOOKS],
])(`on a full disk, %s${because(noMount)}`, (_which, name, env) => {
  const dataDir = join(small, name);
  const filler = join(small, 'filler');
  const fill = (path = filler): void => fillDisk(path);
  const health = async (relay: TestRelay): Promise<unknown> => {
    const { status, body } = await relay.call('GET', '/health');
    return [status, body['status']];
  };
  const post = async (relay: TestRelay, more: object): Promise<number> =>
    (await relay.call('POST', '/qr', { body: { agent_id: '7', ...more } })).status;

  let relay: TestRelay;
  beforeAll(async () => {
    relay = await startRelay({ env: { DATA_DIR: dataDir, ...env } });
    await counter(relay);
  });
  afterAll(async () => {
    await relay.remove();
    removeFolder(dataDir);
  });

  it('says so in its health as long as posts are refused, starts again, answers questions, and goes on by itself', async () => {
    const { command_id: kept } = await relay.postQr('7', 'before');
    expect(await health(relay)).toEqual([200, 'online']);
    fill();
    // A small group may still fit into what the last page has left.
    const refused = await until('a post is refused', async () => (await post(relay, { qr_image: picture })) === 503);
    expect(refused).toBe(true);
    for (let nth = 0; nth < 3; nth++) {
      expect(await post(relay, { qr_image: picture })).toBe(503);
      expect(await health(relay)).toEqual([503, 'store_unavailable']);
    }
    rmSync(filler);
    expect(await health(relay)).toEqual([200, 'online']);
    expect(await post(relay, { qr_image: picture })).toBe(200);

    fill();
    await until('a post is refused', async () => (await post(relay, { qr_image: picture })) === 503);
    await relay.stop('SIGKILL');
    // Whatever the killed relay left free.
    fill(join(small, 'filler2'));
    rmSync(join(dataDir, 'lock'));
    fill(join(small, 'filler3'));
    await relay.start();
    expect(relay.output).toContain('the disk takes no writes: the relay answers questions only');
    expect(await health(relay)).toEqual([503, 'store_unavailable']);
    expect((await relay.command(kept)).command_id).toBe(kept);
    expect(await post(relay, { qr_text: 'after' })).toBe(503);
    for (const name of ['filler', 'filler2', 'filler3']) rmSync(join(small, name));
    await until('it goes on by itself', async () => (await post(relay, { qr_text: 'after' })) === 200);
    expect(relay.output).toContain('the disk takes writes again');
    expect(await health(relay)).toEqual([200, 'online']);
    expect((await relay.command(kept)).command_id).toBe(kept);
    expect(await relay.stop()).toBe(0);
    await relay.start();
    expect((await relay.command(kept)).command_id).toBe(kept);
  });
});

describe.skipIf(noContainers !== undefined)(`two containers with one folder${because(noContainers)}`, () => {
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  /** The relay as process 1 of its own, as in a container. */
  function startContained(dataDir: string) {
    if (namespace.kind === 'missing') throw new Error(namespace.why);
    const [unshare, ...args] = namespace.command;
    const child = spawn(unshare, [...args, process.execPath, join(root, 'dist/relay/main.js')], {
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: dataDir,
        PORT: '0',
        APP_KEYS: KEYS.app,
        ENROL_KEYS: KEYS.enrol,
        ADMIN_KEYS: KEYS.admin,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    return { child, output: () => output, ended };
  }

  it('the second refuses with a true sentence; when the first was killed, another one takes over', async () => {
    const dataDir = join(scratch, 'volume');
    mkdirSync(dataDir);
    const first = startContained(dataDir);
    await until('the first listens', () => /http:\/\/localhost/.test(first.output()), { otherwise: first.output });
    const second = startContained(dataDir);
    expect(await second.ended).toBe(1);
    expect(second.output()).toBe(
      `Another relay (process 1) uses ${dataDir}. Stop it first, or set DATA_DIR to another folder.\n`,
    );
    first.child.kill('SIGKILL');
    await first.ended;
    const third = startContained(dataDir);
    await until('the third listens', () => /http:\/\/localhost/.test(third.output()), { otherwise: third.output });
  });
});
