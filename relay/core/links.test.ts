/**
 * What an agent's own token may do with a display that another agent has. As an attack:
 * tests/security/takes-over-by-name.test.ts.
 */
import { expect, it } from 'vitest';
import { MemoryDatabase, Shelf } from '../../tests/support/store/memory-database.ts';
import { RULES, START } from '../../tests/contracts/store-harness.ts';
import { counter, post, refusal, register, take } from '../../tests/contracts/store-steps.ts';
import { RelayStore } from '../store/relay-store.ts';
import { MemoryPresence } from '../store/presence.ts';
import type { LinkInput } from './links.ts';

async function begin() {
  let ids = 0;
  const context = { now: () => START, newId: () => `c${++ids}`, rules: RULES, historyDays: 7 };
  const store = new RelayStore(new MemoryDatabase(new Shelf(), context), new MemoryPresence(context.now), context.now);
  await counter(store, 'd1', 'a1');
  const link = (display: LinkInput['display'], by: LinkInput['by'], takeover: boolean): Promise<unknown> =>
    store.link({ agentId: 'a2', agentName: null, display, takeover, by }).catch((error: unknown) => error);
  return { store, link };
}

const byName = { kind: 'computer_name', name: 'PC of d1' } as const;
const byId = { kind: 'device', id: 'd1' } as const;

it('by name an agent takes no display over and is told nothing of it; an app does, and is told the owner', async () => {
  const { link } = await begin();
  for (const takeover of [false, true])
    expect(await link(byName, 'agent', takeover)).toMatchObject({ code: 'device_in_use', details: {} });
  expect(await link(byName, 'app', false)).toMatchObject({ details: { owner: { agent_id: 'a1' } } });
  expect(await link(byName, 'app', true)).toMatchObject({ deviceId: 'd1', link: { agentId: 'a2' } });
});

it('by id an agent takes over, and is not told the owner', async () => {
  const { link } = await begin();
  const refused = (await link(byId, 'agent', false)) as { details: object };
  expect(refused.details).toEqual({ device_id: 'd1' });
  expect(await link(byId, 'agent', true)).toMatchObject({ link: { agentId: 'a2' } });
});

it('an agent is not told the ids of the displays of one name', async () => {
  const { store, link } = await begin();
  await register(store, 'd2', { computerName: 'PC of d1', mayReEnrol: true });
  const told = async (by: LinkInput['by']) => ((await link(byName, by, true)) as { details: object }).details;
  expect([await told('agent'), await told('app')]).toEqual([{}, { device_ids: ['d1', 'd2'] }]);
});

it('a token that is not the display’s any more takes nothing', async () => {
  const { store } = await begin();
  await post(store, 'a1', 'pay');
  expect(await refusal(Promise.resolve(store.claim('d1', { tokenHash: 'hash of another' })))).toBe('unauthorized');
  expect((await store.claim('d1', { tokenHash: 'hash of d1' }))?.commands).toHaveLength(1);
  expect(await take(store, 'd1')).toEqual([]);
});

it('the name that the original page sends beside the id decides nothing, and is in the audit', async () => {
  const { store } = await begin();
  const asked = { agentId: 'a9', agentName: null, display: { kind: 'device', id: 'd1' } } as const;
  const linked = await store.link({ ...asked, takeover: true, by: 'legacy', recordedName: 'ELSE-PC' });
  expect(linked.computerName).toBe('PC of d1');
  const [entry] = await store.audit({ from: 0, to: Number.MAX_SAFE_INTEGER, deviceId: 'd1', limit: 1 });
  expect(entry).toMatchObject({ action: 'linked', agentId: 'a9', by: 'legacy', note: 'device (ELSE-PC)' });
});
