/** Every project of vitest.config.ts has its place in one plan, and every long test its place in one project. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import config from '../../vitest.config.ts';
import { root } from '../ready.mjs';
import { LONG, SHORT } from './plan.mjs';

const projects = config.test.projects.map(({ test }) => test);
const longOnes = projects.filter(({ name }) => name.startsWith('long'));
const planned = (phases) => phases.flat(2).map(({ project }) => project);

/** As far as these lists use globs: a file's name, or all tests below a folder. */
const fits = (file) => (pattern) => pattern === file || file.startsWith(pattern.replace(/\*\*\/\*\.test\.ts$/, ''));

it('names each project once', () => {
  expect([...planned(SHORT), ...planned(LONG)].sort()).toEqual(projects.map(({ name }) => name).sort());
  expect(planned(LONG).sort()).toEqual(longOnes.map(({ name }) => name).sort());
});

it('runs each long test once', () => {
  const files = readdirSync(join(root, 'tests/long'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `tests/long/${name}`);
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const its = longOnes.filter(({ include, exclude = [] }) => include.some(fits(file)) && !exclude.some(fits(file)));
    expect(
      its.map(({ name }) => name),
      file,
    ).toHaveLength(1);
  }
});

it('lists no long test that is not there', () => {
  const named = longOnes.flatMap(({ include }) => include).filter((pattern) => !pattern.includes('*'));
  expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});
