/** Names that mean something to the language, and names with spaces around them. */
import { expect, it } from 'vitest';
import type { AdminList } from '../../shared/wire/admin/fleet.ts';
import { carryOut, openCounter, showAs } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { eventually } from '../support/wait.ts';
import { onTwoRelays } from '../support/on-each-store.ts';
import { KEYS } from '../support/relay-app.ts';

const STRANGE = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype'];

onBothStores('sends strange names', (relay) => {
  it('as version: each is counted once', async () => {
    for (const version of STRANGE) {
      const asked = { device_id: `v-${version}`, computer_name: `V-${version}`, version };
      expect((await relay().post('/register', asked, KEYS.enrol)).status).toBe(200);
    }
    const { body } = await relay().admin('GET', '/list');
    const { versions } = (body as AdminList).stats;
    for (const version of STRANGE)
      expect([version, Object.entries(versions).find(([name]) => name === version)]).toEqual([version, [version, 1]]);
  });

  it('as display and agent: a counter like any other', async () => {
    for (const name of STRANGE) {
      const token = await relay().counter(name, name);
      const commandId = await relay().qr(name);
      expect((await relay().poll(name, token)).map(({ command_id }) => command_id)).toEqual([commandId]);
      const { body } = await relay().get(`/link?agent_id=${name}`, KEYS.app);
      expect(body).toMatchObject({ device_id: name, device_online: true });
      const { devices } = (await relay().admin('GET', '/list')).body as AdminList;
      expect(devices.find(({ device_id }) => device_id === name)).toMatchObject({ online: true, agent_id: name });
    }
  });

  let names = 0;
  for (const field of ['policy_number', 'reference'] as const) {
    it(`a padded ${field} means the same in qr and payment`, async () => {
      const counter = await openCounter(relay());
      const name = `PAD-${++names}`;
      const commandId = await showAs(relay(), counter, { [field]: ` ${name}   ` });
      for (const written of [name, `${name}  `, ` ${name}`]) {
        const { body } = await relay().post('/payment', { [field]: written, status: 'paid' }, KEYS.app);
        expect(body).toMatchObject({ success: true, command_id: commandId });
      }
      expect(await carryOut(relay(), counter)).toEqual(['show_paid']);
    });

    it(`a ${field} is a number or its digits, in qr and payment alike`, async () => {
      const counter = await openCounter(relay());
      const number = 880_000 + ++names;
      const commandId = await showAs(relay(), counter, { [field]: number });
      const { body } = await relay().post('/payment', { [field]: String(number), status: 'paid' }, KEYS.app);
      expect(body).toMatchObject({ success: true, command_id: commandId });
    });

    it(`a ${field} that is a fraction is refused, for fractions round alike`, async () => {
      const counter = await openCounter(relay());
      for (const [path, more] of [
        ['/qr', { agent_id: counter.agentId }],
        ['/payment', { status: 'paid' }],
      ] as const) {
        const { status, body } = await relay().post(path, { ...more, [field]: 8.1 }, KEYS.app);
        expect([path, status, JSON.stringify(body)]).toEqual([
          path,
          400,
          expect.stringContaining(`${field} must be a whole number, or a string.`),
        ]);
      }
    });

    it(`a blank ${field} counts as not given`, async () => {
      const counter = await openCounter(relay());
      await showAs(relay(), counter, { [field]: '  ' });
      expect((await relay().post('/payment', { [field]: '  ', status: 'paid' }, KEYS.app)).status).toBe(400);
    });
  }
});

onTwoRelays('sends strange names', (one, other) => {
  it('to one relay: the other has the same counters, and their polls', async () => {
    for (const name of STRANGE) {
      const token = await one().counter(name, name);
      expect(await other().poll(name, token)).toEqual([]);
      const commandId = await one().qr(name);
      expect((await other().poll(name, token)).map(({ command_id }) => command_id)).toEqual([commandId]);
      for (const relay of [one(), other()]) {
        const { body } = await relay.get(`/link?agent_id=${name}`, KEYS.app);
        expect(body).toMatchObject({ device_id: name, device_online: true });
        // What a relay knows of others' displays arrives by itself.
        await eventually(async () => {
          const { devices } = (await relay.admin('GET', '/list')).body as AdminList;
          expect(devices.find(({ device_id }) => device_id === name)).toMatchObject({ online: true, agent_id: name });
        });
      }
    }
  });
});
