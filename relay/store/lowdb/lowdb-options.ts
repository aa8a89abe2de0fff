/** What the lowdb database is told by whoever opens it. */
import type { HeldLock, LockLost } from '../../../node/lock-file.ts';
import type { EndedCommand } from '../../core/records.ts';
import type { TransactionContext } from '../buffered-transaction.ts';
import type { Files } from './files.ts';

export interface LowdbOptions extends TransactionContext {
  readonly dir: string;
  readonly historyDays: number;
  readonly files?: Files;
  /** Makes this process the owner of the folder; `note` is the number of the newest group. Without it, nobody else is there. */
  readonly takeLock?: (note: () => number) => Promise<HeldLock>;
  /** @param lost Groups, lines or pictures that are known to be missing. */
  readonly onDamage?: (file: string, lost: number) => void;
  /** Told how long each group took to reach the disk, in milliseconds. */
  readonly onWritten?: (tookMs: number, decisions: number, ended: readonly EndedCommand[]) => void;
  /** The disk takes nothing: only questions are answered. Called again, without an error, when the folder is owned. */
  readonly onReadOnly?: (cause?: unknown) => void;
  /** Another process owns the folder by now; this one must end. */
  readonly onLost?: (error: LockLost) => void;
  /** A snapshot is made after so many groups. */
  readonly snapshotEvery?: number;
  /** A file of the history is complete when it has so many bytes. */
  readonly historySegmentBytes?: number;
}
