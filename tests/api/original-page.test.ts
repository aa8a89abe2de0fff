/**
 * The original web page beside us (docs/migration.md): its calls with the bodies that it sends, with the one key. It
 * makes no `rotation/start`: the first table there lists the calls of the original design, and that one is ours.
 */
import { expect, it } from 'vitest';
import { onEachStore } from '../support/on-each-store.ts';
import { KEYS, type RelayApp } from '../support/relay-app.ts';

const LEGACY = 'the-one-key-of-all-clients';
const PICTURE = `data:image/png;base64,${btoa('\x89PNG\r\n\x1a\npay')}`;

/** Each agent's browser: linked before each QR, never unlinked. */
function page(relay: RelayApp, agent_id: number | string) {
  const post = (path: string, body: object) =>
    relay.call('POST', path, { headers: { 'x-api-key': LEGACY }, body: { agent_id, ...body } });
  return {
    link: (device_id: string | null, computer_name: string | null = 'OLD-PC', more: object = {}) =>
      post('/link', { agent_name: null, device_id, computer_name, ...more }),
    qr: () =>
      post('/qr', { device_id: null, qr_image: PICTURE, customer_name: 'A.', policy_number: null, amount: 1250 }),
  };
}

onEachStore('the original page', (start) => {
  const begin = async () => {
    const relay = await start({ LEGACY_API_KEY: LEGACY });
    const display = { device_id: 'd1', computer_name: 'OLD-PC', com_port: 'COM3', version: '1.0' };
    expect((await relay.post('/register', display, LEGACY)).status).toBe(200);
    return relay;
  };

  it('links by id with a name beside it, again before each QR, as a number or an e-mail address', async () => {
    const relay = await begin();
    for (const agent of [42, 'asha@example.mu']) {
      const { link, qr } = page(relay, agent);
      for (const _ of ['first', 'second']) {
        expect((await link('d1')).body).toMatchObject({ success: true, device_id: 'd1' });
        expect((await qr()).body).toMatchObject({ success: true, device_id: 'd1' });
      }
    }
    const { link } = page(relay, 7);
    expect((await link(null)).body).toMatchObject({ success: true, device_id: 'd1' });
    expect((await link(null, null)).body.code).toBe('bad_request');
    // The id counts: a name that would fit does not stand in for it, and one that does not fit changes nothing.
    expect((await link('gone')).body.code).toBe('unknown_device');
    expect((await link('d1', 'ANOTHER-PC')).body).toMatchObject({ success: true, computer_name: 'OLD-PC' });
    const { entries } = (await relay.get('/audit?limit=1', LEGACY)).body;
    expect(entries).toMatchObject([{ action: 'link_renewed', by: 'legacy', note: 'device (ANOTHER-PC)' }]);
  });

  it('gives the display to the last one who logs in; the audit and the admin page say so', async () => {
    const relay = await begin();
    const noticesOf = async () => (await relay.get('/list', KEYS.admin)).body.stats.notices as unknown;
    expect(await noticesOf()).toBeUndefined();
    await page(relay, 1).link('d1');
    const { body } = await page(relay, 1).qr();
    expect((await page(relay, 2).link('d1')).status).toBe(200);
    expect((await page(relay, 1).qr()).body.code).toBe('unknown_agent');
    expect((await relay.get(`/command/${body.command_id}`, LEGACY)).body).toMatchObject({ state: 'cancelled' });
    const { entries } = (await relay.get('/audit?limit=10', LEGACY)).body;
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'taken_over', agent_id: '1', by: 'legacy', note: 'taken over by 2' }),
    );
    expect(await noticesOf()).toMatchObject([{ kind: 'legacy_page' }]);
    // A page that can say it, and does not want it, is asked as everybody.
    expect((await page(relay, 3).link('d1', null, { takeover: false })).body.code).toBe('device_in_use');
  });

  it('is alone in that: an app key names one display, and takes it over only by asking', async () => {
    const relay = await begin();
    await page(relay, 1).link('d1');
    const ask = (body: object) => relay.post('/link', { agent_id: '2', device_id: 'd1', ...body }, KEYS.app);
    expect((await ask({ computer_name: 'OLD-PC' })).body).toMatchObject({
      code: 'bad_request',
      error: 'The body needs exactly one of device_id, pairing_code and computer_name.',
    });
    expect((await ask({})).body.code).toBe('device_in_use');
    expect((await ask({ takeover: true })).status).toBe(200);
  });
});
