/**
 * A transaction in Redis: if nothing that a decision looked at has changed since, all its commands are carried out,
 * otherwise none. One Lua script, hence atomic. A receipt is left, so that a commit whose answer was lost with the
 * connection can be sent again without happening twice.
 */
import { createHash, randomBytes } from 'node:crypto';
import { messageOf } from '../../../shared/wire/errors.ts';
import type { AnyRecord } from '../buffered-transaction.ts';
import type { RedisClient } from './client.ts';
import { NotYet } from './connection.ts';

/** Each record begins with the token of the commit that wrote it: its version. */
export const TOKEN_CHARS = 16;
/** Longer than any repetition of a lost call. */
const RECEIPT_MS = 60_000;

export const newToken = (): string => randomBytes(12).toString('base64url');

/** A record as it is stored. */
export const pack = (token: string, record: AnyRecord): string => token + JSON.stringify(record);

export interface Packed {
  /** Empty: there is no record. */
  readonly version: string;
  readonly record: AnyRecord | undefined;
}

/** Throws when the text is no record; it must never be taken for "none". */
export function unpack(text: string | null): Packed {
  if (text === null) return { version: '', record: undefined };
  return { version: text.slice(0, TOKEN_CHARS), record: JSON.parse(text.slice(TOKEN_CHARS)) as AnyRecord };
}

/**
 * KEYS: receipt, then what was looked at. ARGV: number of looked-at keys, their versions, then commands, each after its
 * length.
 */
const SCRIPT = `
local writes = #ARGV > tonumber(ARGV[1]) + 1
if writes and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
for i = 1, tonumber(ARGV[1]) do
  if redis.call('GETRANGE', KEYS[i + 1], 0, ${TOKEN_CHARS - 1}) ~= ARGV[i + 1] then return i end
end
if not writes then return 0 end
redis.call('SET', KEYS[1], '1', 'PX', ${RECEIPT_MS})
local at = tonumber(ARGV[1]) + 2
while at <= #ARGV do
  local length = tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, at + length))
  at = at + length + 1
end
return 0
`;
const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');

export type Command = readonly string[];

export interface Commit {
  readonly receipt: string;
  /** Full names of the keys that were looked at, with their versions. */
  readonly seen: ReadonlyMap<string, string>;
  /** Empty: only checks that nothing has changed. */
  readonly commands: readonly Command[];
}

/** How long replicas have to follow before the commit is sent again, which then only waits for them. */
const REPLICAS_MS = 1_000;

/**
 * Answers the key that has changed meanwhile; `undefined` when the commit took place. May be sent again.
 * @param replicas so many must have it, too; rejects with `NotYet` when fewer say so in time, and then it may hold or
 *   be lost with the master
 */
export async function sendCommit(client: RedisClient, commit: Commit, replicas = 0): Promise<string | undefined> {
  const seenKeys = [...commit.seen.keys()];
  const options = {
    keys: [commit.receipt, ...seenKeys],
    arguments: [
      String(seenKeys.length),
      ...commit.seen.values(),
      ...commit.commands.flatMap((command) => [String(command.length), ...command]),
    ],
  };
  const answer = await withReplicas(client, replicas, () => client.evalSha(SCRIPT_SHA, options)).catch(
    (error: unknown) => {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return withReplicas(client, replicas, () => client.eval(SCRIPT, options));
    },
  );
  return seenKeys[Number(answer) - 1];
}

/** WAIT speaks of what its own line has written, so it goes out on the same one right behind. */
async function withReplicas<T>(client: RedisClient, replicas: number, write: () => Promise<T>): Promise<T> {
  if (replicas === 0) return write();
  const [answer, followers] = await Promise.all([write(), client.wait(replicas, REPLICAS_MS)]);
  if (followers < replicas)
    throw new NotYet(`${followers} of ${replicas} replicas have what was written (REDIS_REPLICAS)`);
  return answer;
}
