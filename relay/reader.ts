/** Who reads what the relay prints, and so whether it may hold keys. */
import { isJournal } from './journal.ts';

/**
 * `terminal`: the person who has started it, on a screen. `npm_start`: the same person, whose `npm start` is piped.
 * `journal`: systemd's; `log`: anything else (of Docker, of PM2, a file). Both are kept, sent on, and read by more
 * people than may have the keys.
 */
export type Reader = 'terminal' | 'npm_start' | 'journal' | 'log';

/** scripts/start.mjs gives it: a person has typed `npm start`, so that what is piped is theirs all the same. */
export const SHOW_KEYS = '--show-first-run-keys';

export interface Output {
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Whether it is the journal's end of a pipe. */
  readonly isJournal: boolean;
  readonly args: readonly string[];
  /** PM2 names each program that it runs, also one that it runs by `npm start`. */
  readonly pm2Id: string | undefined;
}

export function readerOf({ isTerminal, isJournal, args, pm2Id }: Output): Reader {
  if (isJournal) return 'journal';
  if (isTerminal) return 'terminal';
  return args.includes(SHOW_KEYS) && pm2Id === undefined ? 'npm_start' : 'log';
}

export const readerOfThisProcess = (): Reader =>
  readerOf({
    isTerminal: process.stdout.isTTY,
    isJournal: isJournal(process.env['JOURNAL_STREAM']),
    args: process.argv,
    pm2Id: process.env['pm_id'],
  });
