/**
 * How long the command lives that takes a code off the display: as long as the code might be there, and no shorter than
 * any other command.
 */
import { describe, expect, it } from 'vitest';
import { MemoryDatabase, Shelf } from '../../tests/support/store/memory-database.ts';
import { RULES, START } from '../../tests/contracts/store-harness.ts';
import { counter, link, post, register, report, take } from '../../tests/contracts/store-steps.ts';
import { RelayStore } from '../store/relay-store.ts';
import { MemoryPresence } from '../store/presence.ts';
import type { DeviceRecord } from './records.ts';

const MINUTE = 60_000;

/**
 * A code of `displayMs` is on the display, and is called off by `how`. Answers when the clearing command would expire,
 * counted from then.
 */
async function lifeOfClearing(
  displayMs: number,
  how: (store: RelayStore, commandId: string) => Promise<unknown>,
): Promise<number | undefined> {
  const clock = { now: START };
  const shelf = new Shelf();
  const now = (): number => clock.now;
  let ids = 0;
  const ledger = new MemoryDatabase(shelf, { now, newId: () => `c${++ids}`, rules: RULES, historyDays: 7 });
  const store = new RelayStore(ledger, new MemoryPresence(now), now);
  await counter(store, 'd1', 'a1');
  await register(store, 'd2');
  const { commandId } = await post(store, 'a1', 'pay', { displayMs });
  await take(store, 'd1');
  await report(store, 'd1', commandId, 'success');
  clock.now += 10_000;
  await how(store, commandId);
  const { open } = shelf.records.get('device:d1') as DeviceRecord;
  const clearer = open.find(({ type }) => type !== 'display_qr');
  return clearer && clearer.expiresAt - clock.now;
}

const ways: readonly [string, (store: RelayStore, commandId: string) => Promise<unknown>][] = [
  ['start of rotation', (store) => store.startRotation({ kind: 'agent', id: 'a1' }, 'closed')],
  ['payment', (store, id) => store.paid({ kind: 'command', id })],
  ['cancel', (store, id) => store.cancel(id, 'app')],
  ['log-out', (store) => store.unlinkAgent('a1', 'app')],
  ['moving to another display', (store) => link(store, 'a1', 'd2')],
  ['takeover', (store) => link(store, 'a2', 'd1', true)],
];

describe.each(ways)('after %s', (_name, how) => {
  it('of a short code: COMMAND_TTL_SECONDS', async () => {
    expect(await lifeOfClearing(30_000, how)).toBe(RULES.commandTtlMs);
  });

  it('of a long one: its time on the display and a minute more', async () => {
    expect(await lifeOfClearing(20 * MINUTE, how)).toBe(21 * MINUTE);
  });
});
