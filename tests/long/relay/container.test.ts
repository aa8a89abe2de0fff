/**
 * The Dockerfile: built, measured, and run as compose.yaml runs it, with a root file system that nobody can write to.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../support/process/free-port.ts';
import { baseImage, buildImage, bytesOf, noImages, removeImages, TestContainer } from '../../support/process/image.ts';
import { KEYS } from '../../support/process/relay.ts';
import { because } from '../../support/requirements.ts';
import { until } from '../../support/wait.ts';

const why = noImages();
const [BASE, IMAGE] = ['localhost/counterqr-test-base', 'localhost/counterqr-test'];
const MOST_BYTES = 250e6;
/** So that it holds on the real base as well: node:26-alpine is larger than the one of this test, and under 190 MB. */
const MOST_OURS = 60e6;

describe.skipIf(why !== undefined)(`the container image${because(why)}`, () => {
  let container: TestContainer;
  let port: number;

  beforeAll(async () => {
    await buildImage(IMAGE, await baseImage(BASE));
    container = await TestContainer.of(IMAGE);
    port = await freePort();
  }, 25 * 60_000);
  afterAll(async () => {
    await container?.remove();
    await removeImages(IMAGE, BASE);
  });

  const start = (command: readonly string[], env: Record<string, string> = {}) => {
    const child = container.start(command, {
      PORT: String(port),
      APP_KEYS: KEYS.app,
      ENROL_KEYS: KEYS.enrol,
      ADMIN_KEYS: KEYS.admin,
      ...env,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (said += data.toString()));
    return { child, said: () => said };
  };
  const ended = async (child: ChildProcess): Promise<number | null> =>
    child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0];
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  const post = async (path: string, body: object, key: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/device${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const listens = (said: () => string) =>
    until(
      'the relay in the container listens',
      () =>
        get('/api/device/health').then(
          ({ ok }) => ok,
          () => false,
        ),
      { otherwise: said },
    );

  it(`is no root's, has a health check and a volume, and is under ${MOST_BYTES / 1e6} MB`, async () => {
    const { facts } = container;
    expect(facts.user).toBe('1000:1000');
    expect(facts.volumes).toEqual(['/data']);
    expect(facts.healthcheck[0]).toBe('CMD');
    const bytes = await bytesOf(IMAGE);
    expect(bytes).toBeLessThan(MOST_BYTES);
    const ours = bytes - (await bytesOf(BASE));
    expect(ours).toBeLessThan(MOST_OURS);
    console.log(`The image: ${(bytes / 1e6).toFixed(1)} MB, of which ${(ours / 1e6).toFixed(1)} MB are ours.`);
  });

  it('serves pages and API, keeps what it acknowledged over a new start, and ends at once when it is told to', async () => {
    const first = start(container.facts.command);
    await listens(first.said);
    expect((await get('/kiosk/')).status).toBe(200);
    const device = { device_id: 'device_PC_0a1b2c', computer_name: 'PC', kind: 'kiosk' };
    expect(await post('/register', device, KEYS.enrol)).toMatchObject({ status: 200 });
    expect(await post('/link', { agent_id: '42', device_id: device.device_id }, KEYS.app)).toMatchObject({
      status: 200,
    });
    const posted = await post('/qr', { agent_id: '42', qr_text: 'pay' }, KEYS.app);
    expect(posted.status).toBe(200);
    first.child.kill('SIGTERM');
    expect(await ended(first.child), first.said()).toBe(0);

    const second = start(container.facts.command);
    await listens(second.said);
    const asked = await fetch(`http://127.0.0.1:${port}/api/device/command/${posted.body['command_id'] as string}`, {
      headers: { authorization: `Bearer ${KEYS.app}` },
    });
    expect(await asked.json()).toMatchObject({ state: 'pending' });
    second.child.kill('SIGTERM');
    expect(await ended(second.child), second.said()).toBe(0);
    // Its own user wrote it, in the volume.
    expect(statSync(join(container.folder, 'data')).uid).toBe(1000);
  });

  it('is healthy while the relay answers, and says why when it does not', async () => {
    const check = container.facts.healthcheck.slice(1);
    const before = start(check);
    expect(await ended(before.child)).toBe(1);
    expect(before.said()).toContain(`http://127.0.0.1:${port}/api/device/health`);

    const env = { BASE_PATH: '/counterqr' };
    const relay = start(container.facts.command, env);
    await until('it is healthy', async () => (await ended(start(check, env).child)) === 0, { otherwise: relay.said });
    // Under another path there is no relay.
    expect(await ended(start(check).child)).toBe(1);
  });

  it('cannot write to its own program or anywhere else but its volume and /tmp', async () => {
    const script = `
      import { writeFileSync } from 'node:fs';
      for (const folder of ['/', '/app', '/app/dist/relay', '/etc', '/tmp', '/data'])
        try { writeFileSync(folder + '/probe', ''); console.log(folder, 'written'); }
        catch ({ code }) { console.log(folder, code); }
      console.log(process.getuid(), process.getgid());`;
    const probe = start(['node', '--input-type=module', '-e', script]);
    expect(await ended(probe.child)).toBe(0);
    expect(probe.said().trim().split('\n')).toEqual([
      '/ EROFS',
      '/app EROFS',
      '/app/dist/relay EROFS',
      '/etc EROFS',
      '/tmp written',
      '/data written',
      '1000 1000',
    ]);
  });
});
