/**
 * A caller without a key sends few bytes that cost the relay's one thread much: compressed, or nested a million deep.
 */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_DEPTH, MAX_VALUES, shapeOf } from '../../relay/http/read-json.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

const OPEN_CALLS = ['/admin/login', '/enrol', '/register'];
const JSON_TYPE = { 'content-type': 'application/json' };
const NESTED = '['.repeat(1_000_000);

let relay: RelayApp;
afterEach(() => relay.stop());

describe('a body that is small on the wire', () => {
  beforeEach(async () => {
    relay = await RelayApp.start();
  });

  it.each(OPEN_CALLS)('%s takes no compressed body, and does not unpack it', async (path) => {
    for (const [encoding, packed] of [
      ['br', brotliCompressSync(NESTED)],
      ['gzip', gzipSync(NESTED)],
      ['deflate', Buffer.from('?')],
    ] as const) {
      const { status, body } = await relay.call('POST', path, {
        headers: { ...JSON_TYPE, 'content-encoding': encoding },
        body: packed,
      });
      expect(status).toBe(415);
      expect(body).toMatchObject({
        code: 'unsupported_media_type',
        error: 'Send the body without a Content-Encoding.',
      });
    }
  });

  it('costs no more than another refused body, whatever it would unpack to', async () => {
    const bomb = brotliCompressSync(NESTED);
    const cpuOf = async (headers: Record<string, string>, body: Uint8Array): Promise<number> => {
      const before = process.cpuUsage();
      for (let sent = 0; sent < 50; sent++)
        await relay.call('POST', '/enrol', { headers: { ...JSON_TYPE, ...headers }, body });
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const plain = new TextEncoder().encode('{"a":');
    await cpuOf({}, plain);
    // Processor time of this process only, quickest of three: 220 ms a call made it some hundred times as much.
    const least = async (headers: Record<string, string>, body: Uint8Array): Promise<number> =>
      Math.min(await cpuOf(headers, body), await cpuOf(headers, body), await cpuOf(headers, body));
    expect(await least({ 'content-encoding': 'br' }, bomb)).toBeLessThan(5 * (await least({}, plain)));
  });
});

describe('a body that is large or deep', () => {
  beforeEach(async () => {
    relay = await RelayApp.start();
  });

  it.each(OPEN_CALLS)('%s takes 64 KB at most', async (path) => {
    const { status, body } = await relay.call('POST', path, { headers: JSON_TYPE, body: NESTED });
    expect(status).toBe(413);
    expect(body).toMatchObject({ code: 'too_large', error: 'The body is too large; this call takes at most 64 KB.' });
  });

  it.each([...OPEN_CALLS, '/qr', '/link', '/payment'])(
    '%s parses nothing that is nested deeper than it can use',
    async (path) => {
      for (const open of ['[', '{"a":']) {
        const answer = await relay.call('POST', path, { key: KEYS.app, headers: JSON_TYPE, body: open.repeat(10_000) });
        expect(answer.body.code).toBe('bad_json');
        expect(answer.body.error).toContain(`deeper than ${MAX_DEPTH} levels`);
      }
    },
  );

  it.each([...OPEN_CALLS, '/qr', '/link', '/payment'])('%s parses no body of thousands of names', async (path) => {
    const body = `{${Array.from({ length: MAX_VALUES + 1 }, (_, n) => `"${n}":1`).join(',')}}`;
    const answer = await relay.call('POST', path, { key: KEYS.app, headers: JSON_TYPE, body });
    expect(answer.body).toMatchObject({
      code: 'bad_json',
      error: `The body has more than ${MAX_VALUES} values, which no call needs.`,
    });
  });

  // Each begins with a string of one letter, whose bytes hide the end of the string from anyone who reads bytes.
  it.each([
    ['shift_jis', Buffer.from([0x5b, 0x22, 0x83, 0x5c, 0x22, 0x2c]), Buffer.from('[')],
    ['utf-16le', Buffer.from('["\u2200",', 'utf16le'), Buffer.from('[', 'utf16le')],
    ['iso-2022-jp', Buffer.from('["\u001b$B!"\u001b(B",'), Buffer.from('[')],
  ])('no letter of %s hides how deep it nests', async (charset, before, bracket) => {
    const body = Buffer.concat([before, ...Array.from({ length: 10_000 }, () => bracket)]);
    const headers = { 'content-type': `application/json; charset=${charset}` };
    for (const path of OPEN_CALLS)
      expect((await relay.call('POST', path, { headers, body })).body).toMatchObject({
        code: 'bad_json',
        error: `The body is nested deeper than ${MAX_DEPTH} levels, which no call needs.`,
      });
  });

  it.each([
    ['{"a":[1,{"b":"]}"}]}', 3],
    ['"[[[[[[[["', 0],
    ['"\\"[[[["', 0],
    ['["\\\\",["x"]]', 2],
    ['[]'.repeat(1_000), 1],
    ['"never closed [[[', 0],
    ['', 0],
  ])('counts brackets outside strings: %s', (text, depth) => expect(shapeOf(text).depth).toBe(depth));

  it('counts values between commas outside strings', () => {
    expect(shapeOf('{"a":[1,2,",,,"],"b":3}').values).toBe(4);
  });
});

onBothStores('stops the relay with a body', (relay) => {
  it('the description of the API, which anybody may ask for, is written once', async () => {
    const first = await relay().get('/openapi.json');
    expect(first.body).toMatchObject({ openapi: '3.1.0' });
    expect(first.headers.get('content-type')).toContain('application/json');
    const written = vi.spyOn(JSON, 'stringify');
    try {
      for (let n = 0; n < 3; n++) expect((await relay().get('/openapi.json')).text).toBe(first.text);
      const sizes = written.mock.results.map(({ value }) => (typeof value === 'string' ? value.length : 0));
      expect(Math.max(0, ...sizes)).toBeLessThan(10_000);
    } finally {
      written.mockRestore();
    }
  });

  it('a picture of 2 MB goes to the one call that takes pictures', async () => {
    await relay().counter('a1');
    const picture = `data:image/png;base64,iVBORw0KGgo${'A'.repeat(1_900_000)}`;
    const qr = await relay().post('/qr', { agent_id: 'a1', qr_image: picture }, KEYS.app);
    expect(qr.status).toBe(200);
    expect((await relay().post('/link', { agent_id: 'a1', agent_name: picture }, KEYS.app)).status).toBe(413);
  });

  it.each([...OPEN_CALLS, '/status'])('%s counts strangers by address before it reads them', async (path) => {
    const counted: string[] = [];
    const { limits } = relay().deps;
    const count = limits.count.bind(limits);
    limits.count = (limit, caller) => {
      counted.push(limit);
      return count(limit, caller);
    };
    try {
      await relay().call('POST', path, { key: 'no-key', headers: JSON_TYPE, body: '{"broken' });
    } finally {
      limits.count = count;
    }
    expect(counted).toContain('address');
  });
});
