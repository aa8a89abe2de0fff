/** The records as the disk holds them, for a snapshot. */
import { patch, type AnyRecord } from '../buffered-transaction.ts';
import { DEVICE_KEY } from './due-times.ts';

/**
 * A copy of `records` with `before` put back: what they were before the group that is not on the disk yet. What has
 * expired by `now`, in milliseconds since the epoch, is left out, and taken out of `records` as well.
 */
export function durableRecords(
  records: Record<string, AnyRecord>,
  before: Parameters<typeof patch>[1],
  now: number,
): Record<string, AnyRecord> {
  const durable = { ...records };
  patch(durable, before);
  for (const [key, record] of Object.entries(durable))
    if ('expiresAt' in record && record.expiresAt <= now && !key.startsWith(DEVICE_KEY)) {
      delete durable[key];
      if (records[key] === record) delete records[key];
    }
  return durable;
}
