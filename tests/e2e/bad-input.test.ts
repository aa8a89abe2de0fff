/**
 * Whatever is thrown at the relay from outside: the right 4xx with a sentence and a closed code, nothing changed,
 * nothing secret logged.
 */
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_ERRORS, type ApiErrorCode } from '../../shared/wire/errors.ts';
import { KEYS, startRelay, type ApiAnswer, type TestRelay } from '../support/process/relay.ts';

let relay: TestRelay;
const CUSTOMER = 'Zoe Quatre-Bornes';
const PAYLOAD = 'https://pay.example/secret-payload';
const tokens: Record<string, string> = {};

async function register(name: string): Promise<string> {
  const device_id = `device_${name}_0a1b2c`;
  const answer = await relay.call<{ device_token: string }>('POST', '/register', {
    key: KEYS.enrol,
    body: { device_id, computer_name: name, kind: 'kiosk' },
  });
  expect(answer.status).toBe(200);
  tokens[device_id] = answer.body.device_token;
  return device_id;
}

/** A refusal is a sentence and a closed code under that code's own status; never a stack trace. */
function expectRefusal(answer: ApiAnswer, code: ApiErrorCode): void {
  expect({ status: answer.status, code: answer.body['code'] }, JSON.stringify(answer.body)).toEqual({
    status: API_ERRORS[code],
    code,
  });
  expect(answer.body['error']).toMatch(/^\S.*\.$/);
  expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.(js|ts):\d+|node_modules/);
}

/** Raw bytes as a body, with headers of our choosing. */
function raw(
  path: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${relay.origin.replace('localhost', '127.0.0.1')}/api/device${path}`,
      { method, headers: { 'content-type': 'application/json', authorization: `Bearer ${KEYS.app}`, ...headers } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text || '{}') as Record<string, unknown> }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const post = (path: string, body: unknown, key: string | null = KEYS.app): Promise<ApiAnswer> =>
  relay.call('POST', path, { body, key });
const get = (path: string, key: string | null = KEYS.app): Promise<ApiAnswer> => relay.call('GET', path, { key });

/** All that an outsider could have changed, without what only time changes. */
async function snapshot(): Promise<unknown> {
  const { body } = await relay.call<{ devices: Record<string, unknown>[] }>('GET', '/list', { key: KEYS.admin });
  return body.devices
    .map(({ device_id, computer_name, agent_id, total_qr_today }) => ({
      device_id,
      computer_name,
      agent_id,
      total_qr_today,
    }))
    .sort((a, b) => String(a.device_id).localeCompare(String(b.device_id)));
}

describe('Bad input', () => {
  let first: string;
  let second: string;
  let commandId: string;
  let before: unknown;

  beforeAll(async () => {
    relay = await startRelay({ env: { LOG_LEVEL: 'debug' } });
    first = await register('FIRST-PC');
    second = await register('SECOND-PC');
    await relay.link('agent-1', first);
    await relay.link('agent-2', second);
    commandId = (await relay.postQr('agent-1', PAYLOAD, { customer_name: CUSTOMER })).command_id;
    before = await snapshot();
  });
  afterAll(() => relay?.remove());

  it.each<[string, string]>([
    ['half an object', '{"agent_id": "agent-1", '],
    ['not JSON', 'agent_id=agent-1'],
    ['a lone quote', '"'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString('latin1')],
  ])('refuses %s as JSON', async (_, body) => {
    expectRefusal(await raw('/qr', Buffer.from(body, 'latin1')), 'bad_json');
  });

  it.each<[string, unknown]>([
    ['an array', [1, 2, 3]],
    ['a string', 'agent-1'],
    ['nobody to show it to', { qr_text: PAYLOAD }],
    ['both an agent and a device', { agent_id: 'agent-1', device_id: 'device_FIRST-PC_0a1b2c', qr_text: PAYLOAD }],
    ['nothing to show', { agent_id: 'agent-1' }],
    ['a text and a picture', { agent_id: 'agent-1', qr_text: PAYLOAD, qr_image: 'data:image/png;base64,AAAA' }],
    ['an agent that is an object', { agent_id: { $ne: null }, qr_text: PAYLOAD }],
    ['an agent that is empty', { agent_id: '', qr_text: PAYLOAD }],
    ['a text that is a number', { agent_id: 'agent-1', qr_text: 42 }],
    ['a text longer than any QR', { agent_id: 'agent-1', qr_text: 'x'.repeat(2_954) }],
    ['a lifetime that is negative', { agent_id: 'agent-1', qr_text: PAYLOAD, expires_in: -1 }],
    ['a lifetime that is a text', { agent_id: 'agent-1', qr_text: PAYLOAD, expires_in: 'soon' }],
    ['a name with control characters', { agent_id: 'agent-1', qr_text: PAYLOAD, customer_name: 'a\u0000b' }],
  ])('refuses a QR post with %s', async (_, body) => {
    expectRefusal(await post('/qr', body), 'bad_request');
  });

  it.each<[string, string]>([
    ['a text in a PNG’s clothes', `data:image/png;base64,${Buffer.from('I am not a picture').toString('base64')}`],
  ])('refuses %s', async (_, qr_image) => {
    expectRefusal(await post('/qr', { agent_id: 'agent-1', qr_image }), 'bad_image');
  });

  it('refuses an SVG, a link and text that is not base64 as picture', async () => {
    for (const qr_image of [
      'data:image/svg+xml;base64,PHN2Zy8+',
      'https://pay.example/qr.png',
      'data:image/png;base64,***',
    ]) {
      const answer = await post('/qr', { agent_id: 'agent-1', qr_image });
      expectRefusal(answer, 'bad_image');
    }
  });

  it('refuses a picture of more than 2 MB', async () => {
    const qr_image = `data:image/png;base64,${'A'.repeat(2_000_004)}`;
    expectRefusal(await post('/qr', { agent_id: 'agent-1', qr_image }), 'too_large');
  });

  it('refuses a body of 20 MB without reading it to the end', async () => {
    const answer = await raw('/qr', Buffer.alloc(20_000_000, 0x20)).catch((error: NodeJS.ErrnoException) => error);
    // A server that stops reading may reset the connection before the client reads the answer.
    if (answer instanceof Error) expect(['ECONNRESET', 'EPIPE']).toContain(answer.code);
    else expectRefusal(answer, 'too_large');
  });

  it('refuses a body that is not JSON by its own account', async () => {
    expectRefusal(await raw('/qr', '<qr/>', { 'content-type': 'application/xml' }), 'unsupported_media_type');
  });

  it('says what it does not know', async () => {
    expectRefusal(await post('/qr', { agent_id: 'nobody', qr_text: PAYLOAD }), 'unknown_agent');
    expectRefusal(await post('/qr', { device_id: 'nothing', qr_text: PAYLOAD }), 'unknown_device');
    expectRefusal(await post('/link', { agent_id: 'agent-3', device_id: 'nothing' }), 'unknown_device');
    expectRefusal(await post('/link', { agent_id: 'agent-3', pairing_code: 'ABCDEF' }), 'unknown_pairing_code');
    expectRefusal(await get('/command/no-such-command'), 'unknown_command');
    expectRefusal(await get('/no-such-route'), 'unknown_route');
    expectRefusal(await get('/qr'), 'method_not_allowed');
  });

  it.each<[string, string]>([
    ['prototype', '__proto__'],
    ['constructor', 'constructor'],
    ['path', '../../etc/passwd'],
  ])('takes a %s name for a name', async (_, id) => {
    expectRefusal(await post('/qr', { agent_id: id, qr_text: PAYLOAD }), 'unknown_agent');
    expectRefusal(await get(`/command/${encodeURIComponent(id)}`), 'unknown_command');
  });

  it('refuses a wrong key, no key, and a key in the query string', async () => {
    for (const key of ['wrong-key-0123456789', '', null, 'constructor'])
      expectRefusal(await post('/qr', { agent_id: 'agent-1', qr_text: PAYLOAD }, key), 'unauthorized');
    expectRefusal(await get(`/list?api_key=${KEYS.admin}`, null), 'unauthorized');
  });

  it('refuses a key of another role', async () => {
    expectRefusal(await get('/list', KEYS.enrol), 'forbidden');
    expectRefusal(await post('/qr', { agent_id: 'agent-1', qr_text: PAYLOAD }, KEYS.enrol), 'forbidden');
    // A device's token is no key at all where no device may call.
    expectRefusal(await post('/qr', { agent_id: 'agent-1', qr_text: PAYLOAD }, tokens[first]), 'unauthorized');
  });

  it('lets no device see or report what belongs to another', async () => {
    const foreign = await get(`/poll?device_id=${first}`, tokens[second]);
    expectRefusal(foreign, 'unauthorized');
    expectRefusal(
      await post('/status', { device_id: second, command_id: commandId, status: 'success' }, tokens[second]),
      'unknown_command',
    );
    const posing = await post(
      '/status',
      { device_id: first, command_id: commandId, status: 'success' },
      tokens[second],
    );
    expectRefusal(posing, 'unauthorized');
    expect(await relay.command(commandId)).toMatchObject({ state: 'pending', device_id: first, deliveries: 0 });
  });

  it('lets nobody take over a registered device', async () => {
    expectRefusal(
      await post('/register', { device_id: first, computer_name: 'INTRUDER' }, KEYS.enrol),
      'device_exists',
    );
  });

  it('says a linked display is in use, and by whom', async () => {
    const answer = await post('/link', { agent_id: 'agent-2', device_id: first });
    expectRefusal(answer, 'device_in_use');
    expect(JSON.stringify(answer.body)).toContain('agent-1');
  });

  it('bears bytes that are no HTTP', async () => {
    const { port } = new URL(relay.origin);
    for (const bytes of [
      '\x16\x03\x01\x02\x00',
      'GET / HTTP/9.9\r\n\r\n',
      `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n\r\n`,
    ])
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes, 'latin1'));
        socket.on('error', () => resolve()).on('close', () => resolve());
        socket.resume();
      });
    // Half a request, then silence: another client must not wait for it.
    const stalled = connect(Number(port), '127.0.0.1');
    stalled.on('error', () => undefined).write('POST /api/device/qr HTTP/1.1\r\nContent-Length: 100\r\n');
    expect((await get('/health', null)).status).toBe(200);
    stalled.destroy();
  });

  it('changed nothing, logged no secret, and goes on', async () => {
    expect(await snapshot()).toEqual(before);
    const secrets = [...Object.values(KEYS), ...Object.values(tokens), PAYLOAD, CUSTOMER, 'wrong-key-0123456789'];
    for (const secret of secrets) expect(relay.output.includes(secret), `the log holds ${secret}`).toBe(false);
    const poll = await relay.call<{ commands: { command_id: string; qr_text: string }[] }>(
      'GET',
      `/poll?device_id=${first}`,
      { key: tokens[first] },
    );
    expect(poll.body.commands).toMatchObject([{ command_id: commandId, qr_text: PAYLOAD }]);
  });
});
