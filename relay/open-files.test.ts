/** A relay whose system allows fewer connections than it may hold polls says so when it starts, and what to do. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeFolder } from '../tests/support/remove-folder.ts';
import { openFilesLimit, tooFewOpenFiles } from './open-files.ts';

const scratch = mkdtempSync(join(tmpdir(), 'counterqr-limits-'));
afterAll(() => removeFolder(scratch));

function limitOf(text: string): number | undefined {
  const path = join(scratch, 'limits');
  writeFileSync(path, text);
  return openFilesLimit(path);
}

it('the limit is the soft one of proc(5)', () => {
  const head = 'Limit                     Soft Limit           Hard Limit           Units     \n';
  expect(limitOf(`${head}Max open files            1024                 524288               files     \n`)).toBe(1024);
  expect(
    limitOf(`${head}Max open files            unlimited            unlimited            files     \n`),
  ).toBeUndefined();
  expect(openFilesLimit(join(scratch, 'nowhere'))).toBeUndefined();
});

it('a limit that is too low is told with both ways out of it', () => {
  expect(tooFewOpenFiles(1024, 20_000, 'rollout')).toBe(
    'only 1024 connections and files may be open at once (nofile), too few for 20000 held polls: ' +
      'set LimitNOFILE of the service, or ulimit -n, to at least 20100, or MAX_HELD_POLLS to at most 924',
  );
  expect(tooFewOpenFiles(20_000, 20_000, 'rollout')).toContain('at least 20100');
  expect(tooFewOpenFiles(50, 20_000, 'rollout')).toContain('MAX_HELD_POLLS to at most 1');
  for (const enough of [20_100, 65_536, undefined]) expect(tooFewOpenFiles(enough, 20_000, 'rollout')).toBeUndefined();
});

it('who tries the relay out is not alarmed by a desktop’s limit, only by one for a few displays', () => {
  for (const limit of [20_000, 4_096, 1_100]) expect(tooFewOpenFiles(limit, 20_000, 'trial')).toBeUndefined();
  expect(tooFewOpenFiles(1_024, 20_000, 'trial')).toContain('only 1024');
});
