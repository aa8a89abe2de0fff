/** The original exe beside us (docs/migration.md): its calls as it makes them, against a relay with its one key. */
import { afterEach, describe, expect, it } from 'vitest';
import { onEachStore } from '../support/on-each-store.ts';
import { KEYS, RelayApp, type Answer } from '../support/relay-app.ts';

const LEGACY = 'the-one-key-of-all-clients';
const ID = 'device_OLD-PC';
const pictureOf = (name: string): string => `data:image/png;base64,${btoa(`\x89PNG\r\n\x1a\n${name}`)}`;

interface Taken {
  readonly command_id: string;
  readonly type: string;
  readonly qr_image?: string;
}

/** It knows two words, does one thing after the other, says nothing meanwhile, and reports once, in seconds. */
class Exe {
  /** What is on its display; null is its rotation. */
  screen: string | null = null;
  readonly unknownWords: string[] = [];

  constructor(
    readonly relay: RelayApp,
    /** Resolves when a picture's bytes are over the wire. */
    readonly upload: () => Promise<void> = () => Promise.resolve(),
  ) {}

  call(method: string, path: string, body?: object): Promise<Answer> {
    return this.relay.call(method, path, { headers: { 'x-api-key': LEGACY }, ...(body === undefined ? {} : { body }) });
  }

  register = () =>
    this.call('POST', '/register', { device_id: ID, computer_name: 'OLD-PC', com_port: 'COM3', version: '1.0' });

  /** One round of its loop; answers the words that it got. */
  async round(): Promise<string[]> {
    const { body } = await this.call('GET', `/poll?device_id=${ID}`);
    const commands = body.commands as Taken[];
    for (const { command_id, type, qr_image } of commands) {
      if (type === 'display_qr') {
        await this.upload();
        this.screen = qr_image ?? 'nothing';
        await this.#done(command_id, 55.2);
      } else if (type === 'start_rotation') {
        this.screen = null;
        await this.#done(command_id, 0.4);
      } else this.unknownWords.push(type);
    }
    return commands.map(({ type }) => type);
  }

  async #done(command_id: string, execution_time: number): Promise<void> {
    const { status } = await this.call('POST', '/status', {
      device_id: ID,
      command_id,
      status: 'success',
      execution_time,
    });
    expect(status).toBe(200);
  }
}

async function begin(relay: RelayApp, upload?: () => Promise<void>) {
  const exe = new Exe(relay, upload);
  expect((await exe.register()).status).toBe(200);
  expect((await relay.post('/link', { agent_id: 7, device_id: ID }, LEGACY)).status).toBe(200);
  const send = async (name: string, more: object = {}): Promise<string> => {
    const { status, body } = await relay.post('/qr', { agent_id: 7, qr_image: pictureOf(name), ...more }, LEGACY);
    expect(status).toBe(200);
    return body.command_id as string;
  };
  const stateOf = async (commandId: string): Promise<unknown[]> => {
    const { state, reason } = (await relay.get(`/command/${commandId}`, LEGACY)).body as Record<string, unknown>;
    return [state, reason];
  };
  return { exe, send, stateOf };
}

onEachStore('the original exe', (start) => {
  const startRelay = () => start({ LEGACY_API_KEY: LEGACY });

  it('shows, and is cleared on close and on payment in the words that it knows', async () => {
    const relay = await startRelay();
    const { exe, send, stateOf } = await begin(relay);
    const closed = await send('one');
    expect(await exe.round()).toEqual(['display_qr']);
    expect([exe.screen, await stateOf(closed)]).toEqual([pictureOf('one'), ['displayed', null]]);
    await relay.post('/rotation/start', { agent_id: 7 }, LEGACY);
    expect(await exe.round()).toEqual(['start_rotation']);
    expect([exe.screen, await stateOf(closed)]).toEqual([null, ['cleared', 'closed']]);

    const paid = await send('two', { policy_number: 'MED-1' });
    await exe.round();
    const { body } = await relay.post('/payment', { policy_number: 'MED-1', status: 'paid' }, LEGACY);
    expect(body).toMatchObject({ success: true, command_id: paid });
    expect(await exe.round()).toEqual(['start_rotation']);
    expect([exe.screen, await stateOf(paid), exe.unknownWords]).toEqual([null, ['cleared', 'paid'], []]);
    const { commands } = (await relay.get('/history?limit=10', LEGACY)).body;
    expect(commands).toContainEqual(expect.objectContaining({ command_id: paid, execution_ms: 55_200 }));
  });

  it('is cleared when the time of a QR is over', async () => {
    const relay = await startRelay();
    const { exe, send, stateOf } = await begin(relay);
    const commandId = await send('one', { display_seconds: 1 });
    await exe.round();
    expect(exe.screen).toBe(pictureOf('one'));
    await expect.poll(() => exe.round(), { timeout: 10_000 }).toEqual(['start_rotation']);
    expect([exe.screen, await stateOf(commandId)]).toEqual([null, ['cleared', 'timeout']]);
  });

  it('is sent nothing that it cannot show; who asks reads why', async () => {
    const relay = await startRelay();
    const { exe } = await begin(relay);
    for (const refused of [
      await relay.post('/qr', { agent_id: 7, qr_text: 'https://pay.example/p/1' }, LEGACY),
      await relay.post(`/device/${ID}/test`, {}, KEYS.admin),
      await relay.post(`/device/${ID}/identify`, {}, KEYS.admin),
      await relay.post(`/device/${ID}/message`, { text: 'Back soon' }, KEYS.admin),
    ]) {
      expect([refused.status, refused.body.code]).toEqual([422, 'unsupported_by_display']);
      expect(refused.body.error).toMatch(/^The original program drives this display.*\.$/);
    }
    expect(await exe.round()).toEqual([]);
  });
});

// Redis has a clock of its own that no test moves; there tests/contracts/store-contract/older-client.ts says the same.
describe('the original exe at 9600 baud, on lowdb', () => {
  let relay: RelayApp;
  afterEach(() => relay.stop());

  it('is silent for 55 s, and its QR is neither lost nor handed out twice', async () => {
    relay = await RelayApp.start({ env: { LEGACY_API_KEY: LEGACY } });
    let meanwhile: () => Promise<unknown> = () => Promise.resolve();
    const { exe, send, stateOf } = await begin(relay, async () => {
      await relay.pass(40_000);
      await meanwhile();
      await relay.pass(15_000);
    });
    let next = '';
    meanwhile = async () => (next = await send('two'));
    const first = await send('one', { expires_in: 30 });
    expect(await exe.round()).toEqual(['display_qr']);
    expect(await stateOf(first)).toEqual(['displayed', null]);
    meanwhile = () => relay.post('/rotation/start', { command_id: next }, LEGACY);
    expect(await exe.round()).toEqual(['display_qr']);
    expect(await stateOf(first)).toEqual(['cleared', 'replaced']);
    // Closed while it was on its way: it was shown for a moment, and goes with the next round.
    expect(await exe.round()).toEqual(['start_rotation']);
    expect([exe.screen, await stateOf(next)]).toEqual([null, ['cleared', 'closed']]);
  });
});
