/** docs/it.md and docs/operator.md, followed: their commands and what these print. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, keepsPromise } from '../rig/guide.ts';
import { startRelay, type TestRelay } from '../rig/relay.ts';
import { because, which } from '../rig/requirements.ts';

const missing = ['bash', 'curl', 'tar'].find((name) => !which(name));
const why = process.platform === 'linux' ? missing && `no ${missing}` : 'deploy/ is for Linux servers';

describe.skipIf(why !== undefined)(`docs for IT and operators${because(why)}`, () => {
  let relay: TestRelay;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-docs-'));
    mkdirSync(join(folder, 'policies'));
    relay = await startRelay({ env: { APP_KEYS: '', ENROL_KEYS: '', ADMIN_KEYS: '', BASE_PATH: '/counterqr' } });
  });
  afterAll(async () => {
    await relay?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['docs/it.md', 'docs/operator.md'])('%s prints what it says', async (guide) => {
    // Only places are others: the guides speak of the folders of a server.
    const runs = await follow(guide, {
      'http://localhost:5001': relay.origin,
      '/var/lib/counterqr': relay.dataDir,
      'trial-backups': `${folder}/trial-backups`,
      'trial-data': `${folder}/trial-data`,
      'enrol.key': `${folder}/enrol.key`,
      'dist/chrome-policy': `${folder}/policies`,
      '--enrol-key-file': `--out ${folder}/policies --enrol-key-file`,
    });
    expect(runs.length).toBeGreaterThan(1);
    for (const { block, output, promised } of runs)
      if (promised !== undefined)
        expect(keepsPromise(promised, output), `line ${block.line} answered ${output}`).toBe(true);
  });
});
