/** docs/migration.md, followed: clients of the original design speak to a relay with a legacy key. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, keepsPromise } from '../rig/guide.ts';
import { startRelay, type TestRelay } from '../rig/relay.ts';
import { because, which } from '../rig/requirements.ts';

const missing = ['bash', 'curl'].find((name) => !which(name));

describe.skipIf(missing !== undefined)(`migration${because(missing && `no ${missing}`)}`, () => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await startRelay({ env: { LEGACY_API_KEY: 'the-key-that-the-clients-have' } });
  });
  afterAll(() => relay?.remove());

  it('goes as the guide says', async () => {
    const runs = await follow('docs/migration.md', { 'http://localhost:5001': relay.origin });
    expect(runs.length).toBeGreaterThan(3);
    for (const { block, output, promised } of runs)
      if (promised !== undefined)
        expect(keepsPromise(promised, output), `line ${block.line} answered ${output}`).toBe(true);
    expect(relay.output).toContain('LEGACY_API_KEY is set');
  });
});
