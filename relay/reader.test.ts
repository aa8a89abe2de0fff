/** Keys are printed for the person who starts the relay, and never into what is kept. */
import { expect, it } from 'vitest';
import { readerOf, SHOW_KEYS, type Output } from './reader.ts';

const piped: Output = { isTerminal: false, isJournal: false, args: ['node', 'main.js'], pm2Id: undefined };
const byNpmStart = [...piped.args, SHOW_KEYS];

it.each([
  ['on a screen', { isTerminal: true }, 'terminal'],
  ['npm start, piped', { args: byNpmStart }, 'npm_start'],
  ['piped otherwise, as Docker does', {}, 'log'],
  ['npm start, run by PM2', { args: byNpmStart, pm2Id: '0' }, 'log'],
  ['systemd', { isJournal: true }, 'journal'],
  ['npm start, run by systemd', { isJournal: true, args: byNpmStart }, 'journal'],
] as const)('%s', (_how, more, reader) => {
  expect(readerOf({ ...piped, ...more })).toBe(reader);
});
