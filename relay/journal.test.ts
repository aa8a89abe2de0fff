/** First-run keys are printed on a terminal, and not into systemd's journal. */
import { fstatSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isJournal } from './journal.ts';

it('the journal is known by device and inode of what is written to', () => {
  expect(isJournal('8:1234', { dev: 8, ino: 1234 })).toBe(true);
  // Inherited from a service that started it, with an output of its own.
  expect(isJournal('8:1234', { dev: 8, ino: 99 })).toBe(false);
  expect(isJournal(undefined, { dev: 8, ino: 1234 })).toBe(false);
});

it('looks at this process’s own output', () => {
  const { dev, ino } = fstatSync(process.stdout.fd);
  expect(isJournal(`${dev}:${ino}`)).toBe(true);
});
