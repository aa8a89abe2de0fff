/**
 * From lowdb to Redis: everything that the lowdb store knows, written, read back and compared before any relay may use
 * it. Begins anew after an interruption; until it has ended, relays refuse this Redis. The folder stays as it was, with
 * a note that it is not the truth any more.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWrite } from '../../../node/atomic-write.ts';
import type { Config } from '../../config.ts';
import { keyFile } from '../key-vault.ts';
import { ownFolder } from '../data-folder.ts';
import { oldFiles } from '../lowdb-0.1/read-folder.ts';
import { nodeFiles } from '../lowdb/files.ts';
import { Folder } from '../lowdb/folder.ts';
import type { AnyRecord, Changes } from '../buffered-transaction.ts';
import { Archive } from '../redis/archive.ts';
import { newToken, sendCommit } from '../redis/commit.ts';
import { commandsFor } from '../redis/write-commands.ts';
import { Connection } from '../redis/connection.ts';
import { DEFAULT_PREFIX, LAYOUT, keysWithPrefix, type About, type RedisKeys } from '../redis/keys.ts';
import { readAbout } from '../redis/open-redis.ts';
import { checkServer } from '../redis/server-check.ts';
import { differences } from './compare.ts';
import type { Everything } from './everything.ts';
import { MOVED_NOTE } from './moved-note.ts';

/** Written at once; pictures are large. */
const RECORDS_AT_ONCE = 200;
const PICTURES_AT_ONCE = 10;

export interface Counts {
  readonly displays: number;
  readonly openCommands: number;
  readonly pictures: number;
  readonly history: number;
  readonly audit: number;
  readonly otherRecords: number;
  readonly damage: readonly string[];
}

export interface MigrateOptions {
  readonly isDryRun: boolean;
  readonly prefix?: string;
  readonly now?: () => number;
  readonly say: (line: string) => void;
}

async function readAll(folder: Folder, now: number): Promise<Everything> {
  await folder.read();
  const { low, history, damage } = folder;
  const records = new Map<string, AnyRecord>();
  const uris = new Map<string, string>();
  for (const [key, record] of Object.entries(low.data.records)) {
    if ('expiresAt' in record && record.expiresAt <= now) continue;
    records.set(key, record);
    const uri = 'hasPicture' in record ? await folder.picture(record.commandId) : undefined;
    if ('hasPicture' in record && uri !== undefined) uris.set(record.commandId, uri);
  }
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: Infinity };
  return {
    records,
    pictures: uris,
    ended: (await history.commands(all)).reverse(),
    audited: (await history.audit(all)).reverse(),
    keys: await keyFile(folder.options.dir).read(),
    damage,
  };
}

function countsOf({ records, pictures, ended, audited, damage }: Everything): Counts {
  const ofKind = (kind: string): number => [...records.keys()].filter((key) => key.startsWith(`${kind}:`)).length;
  const [displays, openCommands] = [ofKind('device'), ofKind('command')];
  return {
    displays,
    openCommands,
    pictures: pictures.size,
    history: ended.length,
    audit: audited.length,
    otherRecords: records.size - displays - openCommands,
    damage,
  };
}

/** Rejects with a sentence; then relays will not use what was written. */
export async function migrate(
  { dataDir, storeUrl, historyDays }: Pick<Config, 'dataDir' | 'storeUrl' | 'historyDays'>,
  { isDryRun, prefix = DEFAULT_PREFIX, now = Date.now, say }: MigrateOptions,
): Promise<Counts> {
  if (storeUrl === undefined) throw new Error('Set STORE_URL to the Redis that the data are to move to.');
  if (!existsSync(join(dataDir, 'journal')))
    throw new Error(`There is no store in ${dataDir}; set DATA_DIR to the folder of the relay.`);
  if (existsSync(join(dataDir, MOVED_NOTE)))
    throw new Error(`The data in ${dataDir} have moved already (${MOVED_NOTE} says when and to where).`);
  if ((await oldFiles(nodeFiles, dataDir)).length > 0)
    throw new Error(
      `The data in ${dataDir} are of version 0.1. Start this version's relay on them once, then run this again.`,
    );
  const lock = await ownFolder(dataDir);
  try {
    const everything = await readAll(new Folder({ dir: dataDir, historyDays, now }), now());
    const counts = countsOf(everything);
    for (const file of counts.damage) say(`Damaged, see docs/scaling.md: ${file}`);
    const connection = await Connection.open(storeUrl, { onReady: () => undefined, onLost: () => undefined }).catch(
      (error: unknown) => {
        throw new Error('The Redis of STORE_URL cannot be reached.', { cause: error });
      },
    );
    try {
      const names = keysWithPrefix(prefix);
      await checkTarget(connection, names);
      if (isDryRun) return counts;
      await begin(connection, names);
      const archive = new Archive(connection, names, historyDays);
      await write(connection, names, archive, everything, now());
      const wrong = await differences(connection, names, archive, everything, now());
      if (wrong.length > 0)
        throw new Error(`What was read back differs: ${wrong.slice(0, 5).join('; ')}. Run it again.`);
      await setState(connection, names, 'ready');
      await atomicWrite(join(dataDir, MOVED_NOTE), `${new Date(now()).toISOString()}\n`);
      return counts;
    } finally {
      await connection.close();
    }
  } finally {
    await lock.release();
  }
}

/** Rejects when this Redis must not be written to. */
async function checkTarget({ client }: Connection, names: RedisKeys): Promise<void> {
  // Of what it warns, the relay warns at its start.
  await checkServer(client).catch((error: unknown) => {
    throw new Error(`The Redis of STORE_URL cannot be used: ${error instanceof Error ? error.message : ''}.`);
  });
  const listening = await client.sendCommand<(string | number)[]>(['PUBSUB', 'NUMSUB', names.channel]);
  if (Number(listening[1]) > 0)
    throw new Error('A relay is running on this Redis. Stop it first; start it again when the data are there.');
  const about = await readAbout(client, names);
  if (about !== undefined && about.layout !== LAYOUT) throw new Error('This Redis holds data of another version.');
  if (about?.state === 'ready' && (await client.exists([names.devices, names.history(''), names.audit('')])) > 0)
    throw new Error(
      'This Redis already holds a store of Counter QR, and nothing of it is overwritten. Use an empty one.',
    );
}

async function setState({ client }: Connection, names: RedisKeys, state: About['state']): Promise<void> {
  await client.set(names.about, JSON.stringify({ layout: LAYOUT, state } satisfies About));
}

/** From here on no relay uses this Redis; what an interrupted run left is taken away. */
async function begin(connection: Connection, names: RedisKeys): Promise<void> {
  await setState(connection, names, 'migrating');
  const { client } = connection;
  for await (const keys of client.scanIterator({ MATCH: `${names.prefix}*`, COUNT: 1_000 })) {
    // The id stays: relays that have seen this Redis empty know it by that.
    const old = keys.filter((key) => key !== names.about && key !== names.storeId);
    if (old.length > 0) await client.unlink(old);
  }
}

async function write(
  connection: Connection,
  names: RedisKeys,
  archive: Archive,
  { records, pictures, ended, audited, keys }: Everything,
  now: number,
): Promise<void> {
  const put = async (part: Partial<Changes>): Promise<void> => {
    const changes: Changes = {
      records: new Map(),
      pictures: new Map(),
      ended: [],
      audited: [],
      touchedCommands: new Set(),
      ...part,
    };
    const commands = commandsFor(names, archive, newToken(), now, changes);
    const commit = { receipt: names.receipt(randomUUID()), seen: new Map<string, string>(), commands };
    await connection.call((client) => sendCommit(client, commit));
  };
  for (const part of parts([...records], RECORDS_AT_ONCE)) await put({ records: new Map(part) });
  for (const part of parts([...pictures], PICTURES_AT_ONCE)) await put({ pictures: new Map(part) });
  for (const part of parts(ended, RECORDS_AT_ONCE)) await put({ ended: part });
  for (const part of parts(audited, RECORDS_AT_ONCE)) await put({ audited: part });
  if (keys !== undefined) await connection.call((client) => client.set(names.keys, keys));
}

function* parts<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
