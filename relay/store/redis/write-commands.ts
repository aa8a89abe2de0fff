/** What a decision has changed, as commands to Redis. */
import type { DeviceRecord } from '../../core/records.ts';
import { dueAt } from '../../core/expire.ts';
import type { Changes } from '../buffered-transaction.ts';
import type { Archive } from './archive.ts';
import { pack, type Command } from './commit.ts';
import type { RedisKeys } from './keys.ts';

const DEVICE_KEY = 'device:';
/** Kept beyond their time, because clocks differ; who reads them looks at `expiresAt`. */
const EXPIRY_MARGIN_MS = 60_000;

export function changedDevices({ records }: Pick<Changes, 'records'>): string[] {
  return [...records.keys()].filter((key) => key.startsWith(DEVICE_KEY)).map((key) => key.slice(DEVICE_KEY.length));
}

export function commandsFor(
  keys: RedisKeys,
  archive: Archive,
  token: string,
  now: number,
  changes: Changes,
): Command[] {
  const commands: Command[] = [];
  for (const [key, record] of changes.records) {
    const name = keys.record(key);
    const deviceId = key.startsWith(DEVICE_KEY) ? key.slice(DEVICE_KEY.length) : undefined;
    if (!record) {
      commands.push(['DEL', name]);
      if (deviceId !== undefined) commands.push(['SREM', keys.devices, deviceId], ['ZREM', keys.due, deviceId]);
      continue;
    }
    const packed = pack(token, record);
    if (deviceId !== undefined) {
      const due = dueAt(record as DeviceRecord);
      commands.push(
        ['SET', name, packed],
        ['SADD', keys.devices, deviceId],
        due === Infinity ? ['ZREM', keys.due, deviceId] : ['ZADD', keys.due, String(due), deviceId],
      );
    } else if ('expiresAt' in record) {
      const leftMs = Math.max(0, record.expiresAt - now) + EXPIRY_MARGIN_MS;
      commands.push(['SET', name, packed, 'PX', String(Math.ceil(leftMs))]);
    } else commands.push(['SET', name, packed]);
  }
  for (const [commandId, picture] of changes.pictures)
    commands.push(picture === null ? ['DEL', keys.picture(commandId)] : ['SET', keys.picture(commandId), picture]);
  commands.push(...archive.commands(token, now, changes.ended, changes.audited));
  return commands;
}
