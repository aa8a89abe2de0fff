/** V8 takes unknown flags in silence, so each one is held against what Node lists. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { garbageCollector } from './v8-flags.ts';

it('sets only flags that this V8 knows', () => {
  const source = readFileSync(join(import.meta.dirname, 'v8-flags.ts'), 'utf8');
  const flags = [...source.matchAll(/setFlagsFromString\(['`](--[a-z-]+)/g)].map(([, flag = '']) => flag);
  expect(flags).toHaveLength(5);
  const known = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8', maxBuffer: 10_000_000 }).stdout;
  for (const flag of flags) expect(known, flag).toContain(`${flag.replace(/^--no-/, '--')} `);
});

it('collects what nobody holds any more', async () => {
  const weak = new WeakRef({ big: new Array(1_000).fill(1) });
  // A WeakRef keeps its object until the end of the turn in which it was made.
  await new Promise((resolve) => setTimeout(resolve));
  garbageCollector()();
  expect(weak.deref()).toBeUndefined();
});
