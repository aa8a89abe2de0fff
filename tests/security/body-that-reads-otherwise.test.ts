/**
 * A body that the relay reads as something else than its sender wrote: a letter replaced in a payment code, a digit
 * rounded in a policy number.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

const TEXT = 'https://pay.example/Café';
const json = JSON.stringify({ agent_id: 'a1', qr_text: TEXT });

onBothStores('a body that reads otherwise', (relay) => {
  beforeAll(() => relay().counter('a1'));
  const post = (contentType: string, body: Uint8Array) =>
    relay().call('POST', '/qr', { key: KEYS.app, headers: { 'content-type': contentType }, body });
  let displays = 0;

  describe('letters', () => {
    it('ISO-8859-1 that claims to be UTF-8, as PowerShell sends it, is refused and nothing is shown', async () => {
      for (const type of ['application/json', 'application/json; charset=utf-8']) {
        const { status, body } = await post(type, Buffer.from(json, 'latin1'));
        expect(status).toBe(400);
        expect(body).toMatchObject({ code: 'bad_json' });
        expect(body.error).toContain('charset');
      }
    });

    it.each([
      ['application/json; charset=iso-8859-1', Buffer.from(json, 'latin1')],
      ['application/json; charset="ISO-8859-1"', Buffer.from(json, 'latin1')],
      ['application/json; charset=utf-16le', Buffer.from(json, 'utf16le')],
      ['application/json', Buffer.from(json, 'utf8')],
      ['application/json', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(json, 'utf8')])],
    ])('%s is obeyed', async (type, bytes) => {
      const deviceId = `device_b${++displays}`;
      const token = await relay().register(deviceId);
      await relay().post('/link', { agent_id: 'a1', device_id: deviceId }, KEYS.app);
      expect((await post(type, bytes)).status).toBe(200);
      const [command] = await relay().poll(deviceId, token);
      expect(command?.['qr_text']).toBe(TEXT);
    });

    it('a charset that nobody knows is refused', async () => {
      expect((await post('application/json; charset=klingon', Buffer.from(json))).body.code).toBe(
        'unsupported_media_type',
      );
    });
  });

  describe('half a character, which no store can write down', () => {
    const [half, other] = ['\ud800', '\ud801'];
    const refused = async (path: string, body: object, field: string, key: string = KEYS.app) => {
      const answer = await relay().post(path, body, key);
      expect([path, field, answer.status, answer.body.field]).toEqual([path, field, 400, field]);
      expect(answer.body.error).toContain('half a character');
    };

    it('is refused by name in what names something and in a code: two that differ are never one', async () => {
      const qr = { agent_id: 'a1', qr_text: 'pay' };
      for (const field of ['policy_number', 'reference', 'qr_text', 'amount'])
        await refused('/qr', { ...qr, [field]: `5${half}` }, field);
      await refused('/qr', { ...qr, agent_id: half }, 'agent_id');
      for (const field of ['policy_number', 'reference'])
        await refused('/payment', { [field]: other, status: 'paid' }, field);
      await refused('/register', { device_id: half, computer_name: 'HALF' }, 'device_id', KEYS.enrol);
      await refused('/link', { agent_id: other, device_id: 'device_a1' }, 'agent_id');
    });

    it('is the sign for it in what people read, because a client may have cut a name in the middle', async () => {
      const deviceId = `device_b${++displays}`;
      const token = await relay().register(deviceId);
      await relay().post('/link', { agent_id: 'a1', device_id: deviceId }, KEYS.app);
      const cut = 'Ada \u{1f600}'.slice(0, -1);
      await relay().qr('a1', { customer_name: cut });
      const [command] = await relay().poll(deviceId, token);
      expect(command?.['customer_name']).toBe('Ada \ufffd');
      const told = await relay().report(deviceId, token, command?.['command_id'], 'failed', { error: cut });
      expect(told.status).toBe(200);
    });

    it('makes one computer name of two on every store, which is then taken', async () => {
      const asked = (device_id: string, name: string) =>
        relay().post('/register', { device_id, computer_name: `CUT ${name}` }, KEYS.enrol);
      expect((await asked('cut-1', half)).status).toBe(200);
      expect((await asked('cut-2', other)).body.code).toBe('name_taken');
    });

    it('whole ones are taken: two names that differ in a letter beyond 16 bits are two', async () => {
      const first = await relay().qr('a1', { policy_number: '\u{1f600}' });
      const told = await relay().post('/payment', { policy_number: '\u{1f601}', status: 'paid' }, KEYS.app);
      expect(told.body.code).toBe('unknown_command');
      const paid = await relay().post('/payment', { policy_number: '\u{1f600}', status: 'paid' }, KEYS.app);
      expect(paid.body.command_id).toBe(first);
    });
  });

  describe('digits', () => {
    const send = (path: string, body: string) =>
      relay().call('POST', path, { key: KEYS.app, headers: { 'content-type': 'application/json' }, body });

    it.each([
      ['/qr', '{"agent_id":"a1","qr_text":"pay","policy_number":9007199254740993}', 'policy_number'],
      ['/payment', '{"policy_number":9007199254740993,"status":"paid"}', 'policy_number'],
      ['/payment', '{"reference":-9007199254740993,"status":"paid"}', 'reference'],
      ['/link', '{"agent_id":1e21,"device_id":"device_a1"}', 'agent_id'],
    ])('%s: a number that JSON would round is refused by name', async (path, body, field) => {
      const answer = await send(path, body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'bad_request', field });
      expect(answer.body.error).toContain('as a string');
    });

    it('a neighbour’s payment is not told: only the string that was posted is paid', async () => {
      await relay().qr('a1', { policy_number: '9007199254740992' });
      await send('/payment', '{"policy_number":9007199254740993,"status":"paid"}');
      const paid = await send('/payment', '{"policy_number":"9007199254740992","status":"paid"}');
      expect(paid.status).toBe(200);
    });

    it('the largest number that keeps its digits is taken as they are', async () => {
      await relay().qr('a1', { policy_number: '9007199254740991' });
      expect((await send('/payment', '{"policy_number":9007199254740991,"status":"paid"}')).status).toBe(200);
    });
  });
});
