import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UpdateStore, type Release } from './update-store.ts';
import { startProven, tryRelease } from './trial-run.ts';

let folder: string;
let store: UpdateStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-take-over-'));
  store = new UpdateStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Another version that only does what a shell is told. */
function program(commands: string): Release {
  const path = join(folder, 'program');
  writeFileSync(path, `#!/bin/sh\n${commands}\n`, { mode: 0o755 });
  return { version: '1.2.0', sha256: 'ab'.repeat(32), path, manifest: '', signature: '' };
}
const refused = async (): Promise<readonly string[]> => (await store.state()).refused;

describe('a version on trial', () => {
  it.each(['0', '1', '3', '70'])('that ends with %s without a report is rolled back and refused', async (code) => {
    const release = program(`exit ${code}`);
    expect(await tryRelease(release, [], store)).toMatchObject({ kind: 'failed', why: `it ended with ${code}` });
    expect(await refused()).toEqual([release.sha256]);
  });

  it('that was asked to end says so by a code of its own, and is tried another time', async () => {
    expect(await tryRelease(program('exit 10'), [], store)).toEqual({ kind: 'ended' });
    expect(await refused()).toEqual([]);
  });

  it('that is no program is rolled back and refused', async () => {
    const release = { ...program(''), path: join(folder, 'nothing') };
    expect(await tryRelease(release, [], store)).toMatchObject({ kind: 'failed' });
    expect(await refused()).toEqual([release.sha256]);
  });

  it('takes over once it has marked itself as good', async () => {
    const release = program('exec sleep 1');
    await store.startTrial(release, '2026-03-01T08:00:00Z');
    const trial = tryRelease(release, [], store);
    await store.passTrial();
    expect(await trial).toEqual({ kind: 'took_over' });
  });
});

describe('a proven version', () => {
  const never = async (): Promise<boolean> => false;

  it('that ends by itself is refused', async () => {
    const release = program('exit 1');
    expect(await startProven(release, [], store, never)).toMatchObject({ kind: 'failed', how: 'ended' });
    expect(await refused()).toEqual([release.sha256]);
  });

  it('is not refused because the display was taken already', async () => {
    expect(await startProven(program('exit 3'), [], store, never)).toMatchObject({ how: 'runs_already' });
    expect(await refused()).toEqual([]);
  });

  it('is not refused because the PC was slow; this time the installed one runs', async () => {
    const release = program('exec sleep 600');
    expect(await startProven(release, [], store, never, 300)).toMatchObject({ how: 'too_slow' });
    expect(await refused()).toEqual([]);
  });
});
