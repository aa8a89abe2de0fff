/** A display's token is revoked while its poll is held: the poll still gets the next QR, with the customer's name. */
import { expect, it } from 'vitest';
import { openCounter, postAs, type Counter } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { onTwoRelays } from '../support/on-each-store.ts';
import { KEYS } from '../support/relay-app.ts';
import { eventually } from '../support/wait.ts';

onBothStores('polls on after revocation', (relay) => {
  async function hold({ deviceId, deviceToken }: Counter, more = '') {
    const held = relay().get(`/poll?device_id=${deviceId}&wait=20${more}`, deviceToken);
    await eventually(() => expect(relay().deps.longPolls.size).toBe(1));
    return held;
  }
  const ends = {
    revoked: ({ deviceId }: Counter) => relay().admin('POST', `/device/${deviceId}/revoke`, {}),
    removed: ({ deviceId }: Counter) => relay().admin('DELETE', `/device/${deviceId}`),
    'registered anew by an admin’s key': ({ deviceId }: Counter) =>
      relay().post('/register', { device_id: deviceId, computer_name: deviceId, kind: 'kiosk' }, KEYS.admin),
  };
  const statuses: Record<keyof typeof ends, number> = {
    revoked: 401,
    removed: 404,
    'registered anew by an admin’s key': 401,
  };

  for (const [how, end] of Object.entries(ends))
    for (const ready of ['', '&ready=0'])
      it(`${how}: the held poll${ready} is woken and refused at once, and no QR goes there`, async () => {
        const counter = await openCounter(relay());
        const started = performance.now();
        const held = hold(counter, ready);
        await eventually(() => expect(relay().deps.longPolls.size).toBe(1));
        expect((await end(counter)).status).toBe(200);
        const { status, body } = await held;
        expect([status, body.commands]).toEqual([statuses[how as keyof typeof ends], undefined]);
        expect(performance.now() - started).toBeLessThan(10_000);
      });

  it('revoked in the moment in which a QR is posted: it waits for the display that is let in again', async () => {
    const counter = await openCounter(relay());
    const held = hold(counter);
    await eventually(() => expect(relay().deps.longPolls.size).toBe(1));
    const [, posted] = await Promise.all([ends.revoked(counter), postAs(relay(), counter, { customer_name: 'Jane' })]);
    const { text } = await held;
    const { state } = (await relay().get(`/command/${posted.body.command_id as string}`, KEYS.app)).body as {
      state: string;
    };
    // Either the post was first, and the display had it in time, or the poll was refused; never both ways.
    expect(text.includes('Jane')).toBe(state === 'delivered');
  });
});

onTwoRelays('polls on after revocation', (one, other) => {
  const ends = [
    ['revoked', 401, (deviceId: string) => one().admin('POST', `/device/${deviceId}/revoke`, {})],
    ['removed', 404, (deviceId: string) => one().admin('DELETE', `/device/${deviceId}`)],
  ] as const;
  for (const [how, expected, end] of ends)
    it(`${how} at one relay: the poll that the other holds is ended, and gets no QR that is posted there`, async () => {
      const deviceId = `held-${how}`;
      const token = await one().counter(deviceId, deviceId);
      const started = performance.now();
      const held = other().get(`/poll?device_id=${deviceId}&wait=25`, token);
      await eventually(() => expect(other().deps.longPolls.size).toBe(1));
      expect((await end(deviceId)).status).toBe(200);
      await other().post('/qr', { device_id: deviceId, qr_text: 'pay', customer_name: 'Jane' }, KEYS.app);
      const { status, text } = await held;
      expect([status, text.includes('Jane')]).toEqual([expected, false]);
      // Long before its own time was over.
      expect(performance.now() - started).toBeLessThan(20_000);
      expect((await other().get(`/poll?device_id=${deviceId}`, token)).status).toBe(expected);
    });
});
