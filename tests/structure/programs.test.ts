/**
 * A program that the table of scripts/tools.mjs asks for is run by the path that was found, never by its bare name:
 * the first of that name on the PATH may be something else.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, it } from 'vitest';
import { TOOLS } from '../../scripts/tools.mjs';
import { root } from '../support/docs/guide.ts';

const FOLDERS = ['node', 'relay', 'shared', 'tray', 'kiosk', 'sdk', 'scripts', 'tests'];
const CALL = /\b(?:spawn|spawnSync|execFile|execFileSync)\(\s*'([^']+)'/g;
/** As they are called; the table names some by what they are. */
const BY_HAND = [
  'php',
  'python3',
  'python',
  'convert',
  'magick',
  'gcc',
  'cc',
  'chromium',
  'mount',
  'umount',
  'unshare',
];

const calledIn = (text: string): string[] => [...text.matchAll(CALL)].map(([, name = '']) => name);

it('each is run by its path', () => {
  const names = new Set([...TOOLS.map(({ name }) => name), ...BY_HAND]);
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:ts|mjs)$/.test(path))
      .map((path) => [folder, ...path.split(sep)].join('/')),
  );
  expect(files.length).toBeGreaterThan(500);
  const calls = files.flatMap((path) =>
    calledIn(readFileSync(join(root, path), 'utf8'))
      .filter((name) => names.has(name))
      .map((name) => `${path}: ${name}`),
  );
  // Inside an image that buildah has mounted; noImages() has run the same call before.
  expect(calls.filter((call) => call !== 'tests/support/process/image.ts: unshare')).toEqual([]);
});

it('such a call is seen', () => {
  // Put together here, so that this file makes no such call itself.
  const text = ['execFileSync', "('git', ['status']); spawn", "(\n  'php', []); run", "(tool('git'))"].join('');
  expect(calledIn(text)).toEqual(['git', 'php']);
});
