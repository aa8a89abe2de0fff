/**
 * What happens when a person accepts that Redis was emptied: it is this relay's store again, with nothing but the
 * generated keys.
 */
import { randomUUID } from 'node:crypto';
import type { Change } from '../database.ts';
import type { Archive } from './archive.ts';
import { newToken, sendCommit, type Command } from './commit.ts';
import type { Connection } from './connection.ts';
import { freshAbout, type RedisKeys } from './keys.ts';
import { packStoreId, type StoreIdentity } from './store-identity.ts';

export interface AcceptParts {
  readonly connection: Connection;
  readonly keys: RedisKeys;
  readonly identity: StoreIdentity;
  readonly archive: Archive;
  readonly now: number;
  /** The generated keys that this relay knows; `undefined` where all are set. */
  readonly generated: string | undefined;
}

/** Resolves with whether there was anything to accept; two at once accept once. */
export async function acceptEmptied(
  { connection, keys, identity, archive, now, generated }: AcceptParts,
  by: string,
): Promise<boolean> {
  const successor = await identity.successor();
  if (!successor) return false;
  const { store, version } = successor;
  const lookAgain: Change = { deviceIds: [], commandIds: [], isUncertain: true };
  const entry = { at: now, action: 'store_accepted', deviceId: '', agentId: null, by, note: null } as const;
  const commands: Command[] = [
    ['SET', keys.storeId, packStoreId(store)],
    ['SET', keys.about, JSON.stringify(freshAbout), 'NX'],
    ...(generated === undefined ? [] : [['SET', keys.keys, generated, 'NX']]),
    ...archive.commands(newToken(), now, [], [entry]),
    ['PUBLISH', keys.channel, JSON.stringify(lookAgain)],
  ];
  const receipt = keys.receipt(randomUUID());
  const overtaken = await connection.call((client) =>
    sendCommit(client, { receipt, seen: new Map([[keys.storeId, version]]), commands }),
  );
  await identity.look();
  return overtaken === undefined;
}
