/** A long history, written as the stores write it, some seconds' work instead of a week's. */
import { Archive } from '../../../relay/store/redis/archive.ts';
import { Connection } from '../../../relay/store/redis/connection.ts';
import { DEFAULT_PREFIX, keysWithPrefix } from '../../../relay/store/redis/keys.ts';
import { expect } from 'vitest';
import type { EndedCommand } from '../../../relay/core/records.ts';
import { newCommandId } from '../../../relay/store/buffered-transaction.ts';
import { Folder } from '../../../relay/store/lowdb/folder.ts';
import { KEYS, type TestRelay } from '../process/relay.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS = 6;
const AT_ONCE = 2_000;

/** Ended commands of six days, oldest first. */
function* longHistory(count: number, now: number): Generator<EndedCommand> {
  for (let nth = 0; nth < count; nth++) {
    const createdAt = Math.round(now - DAYS * DAY_MS * (1 - nth / count));
    yield endedCommand(newCommandId(createdAt), createdAt, nth % 500);
  }
}

/** Into the Redis of a relay with default settings. Answers the ids, oldest first. */
export async function writeLongHistoryToRedis(url: string, count: number): Promise<string[]> {
  const quiet = { onLost: () => undefined, onReady: () => undefined };
  const connection = await Connection.open(url, quiet);
  const archive = new Archive(connection, keysWithPrefix(DEFAULT_PREFIX), 7);
  const now = Date.now();
  const ids: string[] = [];
  let waiting: Promise<unknown>[] = [];
  for (const command of longHistory(count, now)) {
    ids.push(command.commandId);
    const commands = archive.commands('token', now, [command], []);
    waiting.push(...commands.map((one) => connection.client.sendCommand([...one])));
    if (waiting.length < 5 * AT_ONCE) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  await connection.close();
  return ids;
}

/** Into a data folder. Answers the ids, oldest first. */
export async function writeLongHistory(dir: string, count: number): Promise<string[]> {
  const now = Date.now();
  const onDamage = (file: string): never => {
    throw new Error(`${file} is damaged`);
  };
  const { files, paths, history, low } = new Folder({ dir, historyDays: 7, now: () => now, onDamage });
  for (const path of paths) await files.makeDir(path);
  const ids: string[] = [];
  for (const command of longHistory(count, now)) {
    history.add({ seq: ids.push(command.commandId), ended: [command], audited: [] });
    if (ids.length % AT_ONCE === 0) await history.flush();
  }
  low.data = { seq: count, records: {}, pictures: new Map(), history: await history.flush() };
  for (let nth = 0; nth < 2; nth++) await low.write();
  return ids;
}

function endedCommand(commandId: string, createdAt: number, display: number): EndedCommand {
  return {
    commandId,
    type: 'display_qr',
    deviceId: `device_${display}`,
    computerName: `COUNTER-${display}`,
    agentId: `agent-${display}`,
    state: 'cleared',
    reason: 'timeout',
    error: null,
    createdAt,
    deliveredAt: createdAt + 40,
    receivedAt: createdAt + 50,
    uploadingAt: createdAt + 90,
    displayedAt: createdAt + 2_500,
    endedAt: createdAt + 302_500,
    deliveries: 1,
    executionMs: 2_460,
    policyNumber: `P-${commandId.slice(-6)}`,
    amount: '1250.00',
    currency: 'MUR',
    reference: `R-${commandId.slice(-8)}`,
  };
}

/** Slower than anybody who searches has patience for. */
const SEARCH_MS = 5_000;
const HELD_MS = 500;

/**
 * An admin searches for the oldest but some, for one that is not there, and reads the last page; somebody else asks
 * something meanwhile.
 */
export async function searchLongHistory(relay: TestRelay, ids: readonly string[], store: string): Promise<void> {
  const told: string[] = [];
  const search = async (query: string, found: readonly (string | undefined)[]): Promise<void> => {
    const started = performance.now();
    const asked = relay.call<{ commands: { command_id: string }[] }>('GET', `/history?${query}`, { key: KEYS.admin });
    await relay.call('GET', '/health');
    const heldMs = performance.now() - started;
    const { body } = await asked;
    const tookMs = performance.now() - started;
    told.push(`${query.slice(0, 24)}… ${tookMs.toFixed(0)} ms (others ${heldMs.toFixed(0)} ms)`);
    expect(body.commands.map(({ command_id }) => command_id)).toEqual(found);
    expect(tookMs).toBeLessThan(SEARCH_MS);
    expect(heldMs).toBeLessThan(HELD_MS);
  };
  await search(`search=r-${ids[100]?.slice(-8)}%20counter-100`, [ids[100]]);
  await search('search=R-nothing', []);
  await search('end=failed&type=display_qr', []);
  await search(`before=${ids[3]}&type=display_qr`, [ids[2], ids[1], ids[0]]);
  console.log(`search of ${ids.length} on ${store}: ${told.join(', ')}`);
}
