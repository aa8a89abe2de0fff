/**
 * docs/security.md names a test for each promise, every test that it names is there, and every attack that is tried is
 * named.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const named = [...text.matchAll(/`([\w./-]+\.test\.m?ts|[\w./-]+\.test\.mjs)`/g)].map(([, path = '']) =>
  path.includes('/') ? path : `tests/security/${path}`,
);

it('names tests that are there', () => {
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('says all ten risks of OWASP’s list, each with a test', () => {
  const rows = [...text.matchAll(/^\| API(\d+) .*$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const [row] of rows) expect(row).toMatch(/\.test\./);
});

const attacks = readdirSync(join(ROOT, 'tests/security')).filter((name) => name.endsWith('.test.ts'));

it('names each file of tests/security in its table of promises', () => {
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  expect(attacks.filter((name) => !rows.some((row) => row.includes(`\`${name}\``)))).toEqual([]);
});

it('has a test for each promise', () => {
  const [, table = ''] = text.split('| Promise');
  const [promises = ''] = table.split('## OWASP');
  const rows = promises.split('\n').filter((line) => /^\| [a-z]/.test(line));
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) expect(row).toMatch(/\.test\.ts`/);
});

it('says which attacks run on one store only: those that no helper runs on both', () => {
  const onBoth = /\bon(BothStores|EachStore|EachStoreKept)\(/;
  const once = attacks.filter((name) => !onBoth.test(readFileSync(join(ROOT, 'tests/security', name), 'utf8')));
  const [, said = ''] = /Three need no store and run once: ([^]*?)Of the others/.exec(text) ?? [];
  expect([...said.matchAll(/`([\w-]+\.test\.ts)`/g)].map(([, name]) => name).sort()).toEqual(once.sort());
});
