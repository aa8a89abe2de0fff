/** The built relay on a computer whose clock is set under it (libfaketime); what has passed goes on as ever. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { KEYS, startRelay, type TestRelay } from '../support/process/relay.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { because, noTool, tool } from '../support/requirements.ts';
import { eventually } from '../support/wait.ts';

const why =
  process.platform === 'linux' ? noTool('libfaketime') : `libfaketime needs Linux, this is ${process.platform}`;

describe.skipIf(why !== undefined)(`a relay whose computer's clock is set${because(why)}`, () => {
  let relay: TestRelay;
  let folder: string;
  afterEach(async () => {
    await relay.remove();
    removeFolder(folder);
  });

  async function start(): Promise<{ setClock: (offset: string) => void; token: string }> {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-clock-'));
    const file = join(folder, 'offset');
    const setClock = (offset: string): void => writeFileSync(file, `${offset}\n`);
    setClock('+0');
    relay = await startRelay({
      env: {
        LD_PRELOAD: tool('libfaketime'),
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        QUEUE_POLICY: 'fifo',
        LEASE_SECONDS: '2',
      },
    });
    const { body } = await relay.call('POST', '/register', {
      key: KEYS.enrol,
      body: { device_id: 'd7', computer_name: 'D7', kind: 'kiosk' },
    });
    await relay.link('7', 'd7');
    return { setClock, token: String(body['device_token']) };
  }
  const poll = async (token: string, query = '') => {
    const { body } = await relay.call('GET', `/poll?device_id=d7${query}`, { key: token });
    return (body['commands'] as { command_id: string }[]).map(({ command_id }) => command_id);
  };
  const jumps = async () => (await relay.call('GET', '/health', { key: null })).body['notices'];
  const isOnline = async () => {
    const { body } = await relay.call('GET', '/list', { key: KEYS.admin });
    return (body['devices'] as { online: boolean }[])[0]?.online;
  };

  it('back by an hour: a held poll is answered, a lease ends, a display that is off is offline', async () => {
    const { setClock, token } = await start();
    const first = (await relay.postQr('7', 'one')).command_id;
    await relay.postQr('7', 'two');
    expect(await poll(token)).toEqual([first]);
    const held = poll(token, '&wait=3');
    setClock('-1h');
    await eventually(async () => expect(await jumps()).toMatchObject([{ kind: 'clock_jump', by_seconds: -3_600 }]));
    // The lease is over within those 3 s, and the fifo queue goes on.
    expect(await held).toEqual([first]);
    await eventually(async () => expect(await isOnline()).toBe(false), { timeoutMs: 30_000 });
  });

  it('forward by a day: the agent keeps the display', async () => {
    const { setClock, token } = await start();
    expect(await poll(token)).toEqual([]);
    setClock('+1d');
    await eventually(async () => expect(await jumps()).toMatchObject([{ kind: 'clock_jump', by_seconds: 86_400 }]));
    const posted = await relay.postQr('7', 'pay');
    expect(await poll(token)).toEqual([posted.command_id]);
    const { body } = await relay.call('GET', `/command/${posted.command_id}`);
    expect(Date.parse(String(body['created_at'])) - Date.now()).toBeGreaterThan(23 * 3_600_000);
  });
});
