/** An agent posts a QR under another's policy number or reference, so that the other's payment clears the wrong QR. */
import { expect, it } from 'vitest';
import { carryOut, openCounter, postAs, showAs } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

let names = 0;
/** A name that no other test pays. */
const newName = (): string => `LP-${++names}`;

onBothStores('pays another’s invoice', (relay) => {
  const pay = (name: object) => relay().post('/payment', { ...name, status: 'paid' }, KEYS.app);
  const view = async (commandId: string): Promise<Record<string, unknown>> =>
    (await relay().get(`/command/${commandId}`, KEYS.app)).body as Record<string, unknown>;

  for (const field of ['policy_number', 'reference'] as const) {
    it(`two open QRs of one ${field}: 409 with both ids, and neither customer sees "paid"`, async () => {
      const [victim, attacker] = [await openCounter(relay()), await openCounter(relay())];
      const name = { [field]: newName() };
      const theirs = await showAs(relay(), victim, name);
      const mine = await showAs(relay(), attacker, name);

      for (const status of ['paid', 'cancelled', 'pending']) {
        const { status: http, body } = await relay().post('/payment', { ...name, status }, KEYS.app);
        expect([http, body.code, body.command_ids]).toEqual([409, 'ambiguous_payment', [theirs, mine]]);
      }
      expect(await carryOut(relay(), victim)).toEqual([]);
      expect(await carryOut(relay(), attacker)).toEqual([]);
      for (const id of [theirs, mine]) expect(await view(id)).toMatchObject({ state: 'displayed', clearing: null });

      // The app says which of them it was; only that customer sees the tick, and the report repeated is no other's.
      expect((await pay({ command_id: theirs })).status).toBe(200);
      expect(await carryOut(relay(), victim)).toEqual(['show_paid']);
      expect(await view(theirs)).toMatchObject({ state: 'cleared', reason: 'paid' });
      expect((await pay(name)).body.code).toBe('ambiguous_payment');
      expect(await carryOut(relay(), attacker)).toEqual([]);
    });

    it(`twenty posts under another’s ${field} do not push the right one out`, async () => {
      const [victim, attacker] = [await openCounter(relay()), await openCounter(relay())];
      const name = { [field]: newName() };
      const theirs = await showAs(relay(), victim, name);
      for (let n = 0; n < 20; n++) {
        const { body } = await postAs(relay(), attacker, name);
        await relay().post(`/command/${body.command_id as string}/cancel`, {}, attacker.token);
      }

      expect((await pay(name)).body).toMatchObject({ success: true, command_id: theirs });
      expect(await carryOut(relay(), victim)).toEqual(['show_paid']);
      expect(await carryOut(relay(), attacker)).toEqual([]);
    });

    it(`a QR paid under its own name does not use up another’s ${field} that it carried as well`, async () => {
      const [victim, attacker] = [await openCounter(relay()), await openCounter(relay())];
      const name = { [field]: newName() };
      const own = { [field === 'reference' ? 'policy_number' : 'reference']: newName() };
      const mine = await showAs(relay(), attacker, { ...name, ...own });
      await pay(own);
      await carryOut(relay(), attacker);
      const theirs = await showAs(relay(), victim, name);

      const { status, body } = await pay(name);
      expect([status, body.code, body.command_ids]).toEqual([409, 'ambiguous_payment', [mine, theirs]]);
    });

    it(`after a ${field} was paid, a QR posted under it by another agent does not get the repeated report`, async () => {
      const [victim, attacker] = [await openCounter(relay()), await openCounter(relay())];
      const name = { [field]: newName() };
      const theirs = await showAs(relay(), victim, name);
      const first = (await pay(name)).body as object;
      await carryOut(relay(), victim);
      await showAs(relay(), attacker, name);

      expect(first).toMatchObject({ command_id: theirs });
      expect((await pay(name)).body).toEqual(first);
      expect(await carryOut(relay(), attacker)).toEqual([]);
    });
  }

  it('two displays that nobody has are two counters as well', async () => {
    const name = { policy_number: newName() };
    const ids = [];
    for (const device_id of [`free-1-${name.policy_number}`, `free-2-${name.policy_number}`]) {
      await relay().register(device_id);
      ids.push((await relay().post('/qr', { device_id, qr_text: 'pay', ...name }, KEYS.app)).body.command_id);
    }
    const { status, body } = await pay(name);
    expect([status, body.code, body.command_ids]).toEqual([409, 'ambiguous_payment', ids]);
  });

  it('the newer of two QRs on one display is meant, no matter who posted the older', async () => {
    const counter = await openCounter(relay());
    const name = { policy_number: newName() };
    await showAs(relay(), counter, name);
    const newer = (await postAs(relay(), counter, name)).body.command_id as string;
    expect((await pay(name)).body).toMatchObject({ command_id: newer });
  });
});
