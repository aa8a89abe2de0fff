/** `POST /qr`: what it takes, what it refuses, and what it says of the display. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

const app = (path: string, body: unknown) => relay.post(path, body, KEYS.app);

describe('posting', () => {
  it('the same key and body is one QR for 24 hours; another body under it is refused', async () => {
    await relay.counter('7');
    const post = (text: string, key = 'k1') =>
      relay.call('POST', '/qr', {
        key: KEYS.app,
        headers: { 'idempotency-key': key },
        body: { agent_id: '7', qr_text: text },
      });
    const { body: first } = await post('a');
    expect((await post('a')).body).toEqual(first);
    expect((await post('b')).body).toMatchObject({ code: 'idempotency_mismatch' });
    expect((await post('b')).status).toBe(422);
    const inBody = await app('/qr', { agent_id: '7', qr_text: 'a', idempotency_key: 'k1' });
    expect(inBody.body).toEqual(first);
    expect((await post('a', 'k2')).body.command_id).not.toBe(first.command_id);
    await relay.pass(24 * 3_600_000 - 60_000);
    await relay.post('/link', { agent_id: '7', device_id: 'device_7' }, KEYS.app);
    expect((await post('a')).body).toEqual(first);
    await relay.pass(120_000);
    expect((await post('a')).body.command_id).not.toBe(first.command_id);
  });

  it('refuses what is not exactly one target, one code, one image', async () => {
    await relay.counter('7');
    const png = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==';
    for (const body of [
      { qr_text: 'x' },
      { agent_id: '7', device_id: 'device_7', qr_text: 'x' },
      { agent_id: '7' },
      { agent_id: '7', qr_text: 'x', qr_image: png },
      { agent_id: '7', qr_text: '' },
      { agent_id: '7', qr_text: 'x'.repeat(2_954) },
      { agent_id: '7', qr_text: 'x', amount: {} },
      { agent_id: '7', qr_text: 'x', expires_in: 0 },
    ])
      expect((await app('/qr', body)).body.code, JSON.stringify(body).slice(0, 80)).toBe('bad_request');
    for (const image of [
      'data:image/gif;base64,R0lGODlh',
      'iVBORw0KGgo=',
      'data:image/png;base64,R0lGODlhAQABAAAAACw=',
      'data:image/png;base64,***',
    ])
      expect((await app('/qr', { agent_id: '7', qr_image: image })).body.code, image).toBe('bad_image');
    expect((await app('/qr', { agent_id: '7', qr_image: png })).status).toBe(200);
    // Browsers go by the first bytes, and so does the picture code.
    const mislabelled = png.replace('image/png', 'image/jpeg');
    expect((await app('/qr', { agent_id: '7', qr_image: mislabelled })).status).toBe(200);
  });

  // Accepted once, and then shown by no display: `text_too_long` came back a minute later.
  it('refuses a text that no code of the display holds, and says how long one may be', async () => {
    await relay.counter('7');
    const long = await app('/qr', { agent_id: '7', qr_text: 'x'.repeat(2_332) });
    expect(long).toMatchObject({ status: 400, body: { code: 'bad_request', field: 'qr_text' } });
    expect(long.body.error).toBe(
      'qr_text has 2332 bytes; at most 1809 fit this display at error correction M. Send a shorter text.',
    );
    expect((await app('/qr', { agent_id: '7', qr_text: 'x'.repeat(1_809) })).status).toBe(200);
    await relay.post('/device/device_7/settings', { ecc: 'L' }, KEYS.admin);
    expect((await app('/qr', { agent_id: '7', qr_text: 'x'.repeat(2_303) })).status).toBe(200);
  });

  it('tells a full queue with the time after which to try again', async () => {
    await relay.stop();
    relay = await RelayApp.start({ env: { QUEUE_POLICY: 'fifo', MAX_QUEUED_PER_DEVICE: '2' } });
    await relay.counter('7');
    await relay.qr('7');
    await relay.qr('7');
    const { status, headers, body } = await app('/qr', { agent_id: '7', qr_text: 'x' });
    expect([status, body.code]).toEqual([429, 'queue_full']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('says whether the display is there', async () => {
    const token = await relay.counter('7');
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.device_online).toBe(false);
    await relay.poll('device_7', token);
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.device_online).toBe(true);
    await relay.pass(9_001);
    expect((await app('/qr', { agent_id: '7', qr_text: 'x' })).body.device_online).toBe(false);
  });

  it('says in what state the kiosk sees the display, so that a pulled cable is told at once, and the same again', async () => {
    const token = await relay.counter('7');
    const post = async (key?: string) => {
      const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
      const body = { agent_id: '7', qr_text: 'x' };
      return (await relay.call('POST', '/qr', { key: KEYS.app, headers, body })).body.display as unknown;
    };
    expect(await post()).toBeNull();
    await relay.poll('device_7', token, '&ready=0&display=unplugged');
    expect(await post('k')).toBe('unplugged');
    await relay.poll('device_7', token, '&display=ready');
    expect(await post()).toBe('ready');
    expect(await post('k')).toBe('unplugged');
    await relay.pass(9_001);
    expect(await post()).toBeNull();
  });

  it('says of an agent’s display whether it is heard, and in what state its kiosk sees it', async () => {
    const token = await relay.counter('7');
    const seen = async () => {
      const { body } = await relay.get('/link?agent_id=7', KEYS.app);
      return [body.device_online, body.display] as unknown[];
    };
    expect(await seen()).toEqual([false, null]);
    await relay.poll('device_7', token, '&display=unplugged');
    expect(await seen()).toEqual([true, 'unplugged']);
    await relay.poll('device_7', token, '&display=ready');
    expect(await seen()).toEqual([true, 'ready']);
    expect((await app('/link', { agent_id: '7', device_id: 'device_7' })).body.display).toBe('ready');
    await relay.pass(9_001);
    expect(await seen()).toEqual([false, null]);
  });

  it('says since when something else covers a QR on the display, to the web app and to the admin', async () => {
    const token = await relay.counter('7');
    const command_id = await relay.qr('7');
    await relay.poll('device_7', token);
    const say = (more: object) => relay.post('/status', { device_id: 'device_7', command_id, ...more }, token);
    await say({ status: 'success' });
    const seen = async () => {
      const { body } = await relay.get(`/command/${command_id}`, KEYS.app);
      const list = await relay.get('/list', KEYS.admin);
      return { state: body.state, isCovered: typeof body.covered_at, showing: list.body.devices[0].showing } as unknown;
    };
    expect(await seen()).toEqual({ state: 'displayed', isCovered: 'undefined', showing: command_id });
    await say({ status: 'uploading', covered: true });
    expect(await seen()).toEqual({ state: 'displayed', isCovered: 'string', showing: null });
    await say({ status: 'success' });
    expect(await seen()).toEqual({ state: 'displayed', isCovered: 'undefined', showing: command_id });
  });

  it('tells the display how much was paid, so that the tick says it; a clearing says nothing of it', async () => {
    const token = await relay.counter('7');
    const shown = async (): Promise<string> => {
      const { body } = await app('/qr', { agent_id: '7', qr_text: 'x', amount: 1250, currency: 'MUR' });
      await relay.poll('device_7', token);
      await relay.post('/status', { device_id: 'device_7', command_id: body.command_id, status: 'success' }, token);
      return body.command_id as string;
    };
    await app('/payment', { command_id: await shown(), status: 'paid' });
    expect(await relay.poll('device_7', token)).toMatchObject([{ type: 'show_paid', amount: '1250', currency: 'MUR' }]);
    await app('/rotation/start', { command_id: await shown() });
    expect((await relay.poll('device_7', token)).at(-1)).toMatchObject({ type: 'start_rotation', amount: null });
  });
});
