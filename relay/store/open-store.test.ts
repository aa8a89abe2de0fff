/**
 * A folder that cannot be used ends the start with one sentence, and advises what helps: another DATA_DIR heals no
 * damage.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, it } from 'vitest';
import { removeFolder } from '../../tests/support/remove-folder.ts';
import { readConfig } from '../config.ts';
import { lineOf } from './lowdb/lines.ts';
import { openStore } from './open-store.ts';

const scratch = mkdtempSync(join(tmpdir(), 'counterqr-open-store-'));
afterAll(() => removeFolder(scratch));

function whyNot(dir: string): Promise<string> {
  const opening = openStore(readConfig({ DATA_DIR: dir }), pino({ level: 'silent' }), { onWritten: () => undefined });
  return opening.then(
    () => 'it was opened',
    (error: unknown) => String(error),
  );
}

it('damage is answered with a backup, not with another DATA_DIR', async () => {
  const dir = join(scratch, 'damaged');
  for (const name of ['journal', 'snapshots']) mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, 'snapshots', '000000000001.lines'), 'rubbish');
  const group = { seq: 5, records: [], ended: [], audited: [] };
  const lines = [lineOf({ layout: 2, kind: 'journal' }), lineOf(group)];
  writeFileSync(join(dir, 'journal', '000000000005.lines'), Buffer.concat(lines));
  const why = await whyNot(dir);
  expect(why).toMatch(/The snapshots in .* are missing or damaged.*Restore a backup of the folder\./);
  expect(why).not.toContain('DATA_DIR');
});

it('a folder that is none is answered with DATA_DIR', async () => {
  const file = join(scratch, 'file');
  writeFileSync(file, '');
  expect(await whyNot(file)).toContain('Set DATA_DIR to a folder that the relay may write to.');
});
