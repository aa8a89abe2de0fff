/** docs/security.md names a test for each promise, and every test that it names is there. */
import { existsSync, readFileSync } from 'node:fs';
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
