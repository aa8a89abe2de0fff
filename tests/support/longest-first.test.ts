import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';
import { root } from './docs/guide.ts';
import { LONGEST, LongestFirst } from './longest-first.ts';

it('names files that there are', () => {
  expect(LONGEST.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});

it('takes the longest first, and leaves the others as vitest has them', async () => {
  const config = { root, sequence: { groupOrder: 0 } };
  const cache = { getFileTestResults: () => undefined, getFileStats: () => ({ size: 1 }) };
  const project = { config, name: 'e2e' };
  const [longest, second] = LONGEST;
  const names = ['tests/a.test.ts', second ?? '', 'tests/b.test.ts', longest ?? ''];
  const files = names.map((name) => ({
    moduleId: join(root, name),
    project,
  })) as unknown as TestSpecification[];
  const sorted = await new LongestFirst({ config, cache } as unknown as Vitest).sort(files);
  expect(sorted.map(({ moduleId }) => moduleId.slice(root.length + 1))).toEqual([
    longest,
    second,
    'tests/a.test.ts',
    'tests/b.test.ts',
  ]);
});
