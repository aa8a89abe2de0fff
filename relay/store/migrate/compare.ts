/** Reads back what was written to Redis and compares it with where it came from. */
import { isDeepStrictEqual } from 'node:util';
import type { Archive } from '../redis/archive.ts';
import { unpack } from '../redis/commit.ts';
import type { Connection } from '../redis/connection.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { Everything } from './everything.ts';

const AT_ONCE = 200;

/** What is missing or different; empty when nothing is. */
export async function differences(
  connection: Connection,
  names: RedisKeys,
  archive: Archive,
  { records, pictures, ended, audited, keys }: Everything,
  now: number,
): Promise<string[]> {
  const wrong: string[] = [];
  const compare = async <T>(
    all: readonly (readonly [string, T])[],
    read: (text: string | null) => unknown,
  ): Promise<void> => {
    for (let from = 0; from < all.length; from += AT_ONCE) {
      const part = all.slice(from, from + AT_ONCE);
      const texts = await connection.call((client) => client.mGet(part.map(([name]) => name)));
      for (const [index, [name, value]] of part.entries())
        if (!isDeepStrictEqual(read(texts[index]), plain(value))) wrong.push(name);
    }
  };
  const kept = archive.oldest(now);
  const history = ended.filter(({ endedAt }) => endedAt > kept);
  await compare(
    [...records].map(([key, record]) => [names.record(key), record] as const),
    (text) => unpack(text).record,
  );
  await compare(
    [...pictures].map(([id, uri]) => [names.picture(id), uri] as const),
    (text) => text,
  );
  await compare(
    history.map((one) => [names.ended(one.commandId), one] as const),
    (text) => JSON.parse(text ?? 'null') as unknown,
  );
  const all = { from: 0, to: now, limit: Infinity };
  const [foundHistory, foundAudit] = [await archive.history(all), await archive.audit(all)];
  if (foundHistory.length !== history.length)
    wrong.push(`history: ${foundHistory.length} instead of ${history.length}`);
  const entries = audited.filter(({ at }) => at > kept).length;
  if (foundAudit.length !== entries) wrong.push(`audit: ${foundAudit.length} instead of ${entries}`);
  const devices = [...records.keys()].filter((key) => key.startsWith('device:')).length;
  if ((await connection.call((client) => client.sCard(names.devices))) !== devices) wrong.push('the list of displays');
  if (keys !== undefined && (await connection.call((client) => client.get(names.keys))) !== keys)
    wrong.push('the keys');
  return wrong;
}

/** As it is after a way through JSON. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
