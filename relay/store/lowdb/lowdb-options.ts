/** What the lowdb database is told by the one who opens it. */
import type { HeldLock, LockLost } from '../../../node/lock-file.ts';
import type { TransactionContext } from '../buffered-transaction.ts';
import type { StoreEvents } from '../database.ts';
import type { Files } from './files.ts';

export interface FolderOptions {
  readonly dir: string;
  readonly historyDays: number;
  readonly now: () => number;
  readonly files?: Files;
  /** A file of the history is complete when it has so many bytes. */
  readonly historySegmentBytes?: number;
  /** @param lost Groups, entries of the history or pictures that are known to be missing. */
  readonly onDamage?: (file: string, lost: number) => void;
}

export interface LowdbOptions extends FolderOptions, TransactionContext {
  /**
   * Makes this process the owner of the folder; `note` is the number of the newest group. Without it, nobody else is
   * there.
   */
  readonly takeLock?: (note: () => number) => Promise<HeldLock>;
  readonly onWritten?: StoreEvents['onWritten'];
  /** The disk takes nothing: only questions are answered. Called again, without an error, when the folder is owned. */
  readonly onReadOnly?: (cause?: unknown) => void;
  /** Another process owns the folder by now; this one must end. */
  readonly onLost?: (error: LockLost) => void;
  /** A snapshot is made after so many groups. */
  readonly snapshotEvery?: number;
}
