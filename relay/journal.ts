/**
 * Whether what is printed goes into systemd's journal, which is kept, sent on, and read by more people than may have
 * the keys.
 */
import { fstatSync, type Stats } from 'node:fs';

/** systemd names the journal's end of the pipe by device and inode (systemd.exec(5), JOURNAL_STREAM). */
export function isJournal(
  stream: string | undefined,
  { dev, ino }: Pick<Stats, 'dev' | 'ino'> = fstatSync(process.stdout.fd),
): boolean {
  return stream === `${dev}:${ino}`;
}
