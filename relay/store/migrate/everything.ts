/** What a lowdb folder holds, as it is written to Redis and compared afterwards. */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { AnyRecord } from '../buffered-transaction.ts';

export interface Everything {
  readonly records: ReadonlyMap<string, AnyRecord>;
  readonly pictures: ReadonlyMap<string, string>;
  readonly ended: readonly EndedCommand[];
  readonly audited: readonly AuditEntry[];
  /** The generated keys, if there are any. */
  readonly keys: string | undefined;
  readonly damage: readonly string[];
}
