/**
 * A fresh clone in the hands of those who get one: a new developer (the first block of docs/developer.md), a public CI
 * (the steps of .github/workflows/ci.yml before .ci/run), and who tries the example (examples/react/README.md). One
 * clone for all, in this order: each goes on with what the one before has installed.
 */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noClone } from '../../support/clone.ts';
import { blocksOf, root } from '../../support/docs/guide.ts';
import { because, noTool } from '../../support/requirements.ts';
import { Terminals } from '../../support/process/terminal.ts';
import { stepsInTheClone } from '../../support/docs/workflow.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const why = noClone() ?? noTool('bash', 'openssl');
const MINUTES = 60_000;
/** Packages, the check and all that CI does with them: five minutes alone, twelve and more on a busy machine. */
const CI_WITHIN_MS = 40 * MINUTES;

describe.skipIf(why !== undefined)(`a fresh clone${because(why)}`, () => {
  let folder: string;
  let clone: string;
  const terminals = new Terminals();
  const terminal: Terminals['open'] = (...typed) => terminals.open(...typed);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-clone-'));
    clone = join(folder, 'counterqr');
  });
  afterEach(() => terminals.closeAll());
  afterAll(() => removeFolder(folder));

  it('runs after the first block of docs/developer.md', { timeout: 12 * MINUTES }, async () => {
    const block = blocksOf('docs/developer.md')[0]?.text ?? '';
    expect(block).toContain('git clone REPOSITORY counterqr');
    const beganAt = performance.now();
    const { says } = terminal(block.replace('REPOSITORY', `'${root}'`), folder, { PORT: '0' });
    const demo = await says(/http:\/\/[\w.]+:\d+\/demo\//);
    console.log(`npm start on a fresh clone: ${Math.round((performance.now() - beganAt) / 1000)} s`);
    expect((await fetch(demo)).status).toBe(200);
    await says(/enrol_\S+/);
  });

  it('passes what the public CI runs before .ci/run', { timeout: CI_WITHIN_MS }, async () => {
    const steps = stepsInTheClone();
    expect(steps).toContain('.ci/as-user npm run check');
    for (const step of steps) {
      const { child } = terminal(step, clone, {
        CI: 'true',
        GITHUB_WORKSPACE: clone,
        GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
      });
      let said = '';
      child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
      const [code] = (await once(child, 'exit')) as [number];
      expect(code, `${step}: ${said}`).toBe(0);
    }
  });

  it('runs the React example as its README says', { timeout: 12 * MINUTES }, async () => {
    const block = blocksOf('examples/react/README.md')[0]?.text ?? '';
    const secret = 'a-secret-of-the-test-0123456789abcdef';
    const [first = '', second = ''] = block
      .replace('$(openssl rand -hex 32)', secret)
      .replace('=SECRET', `=${secret}`)
      .split(/^# In another terminal.*$/m);
    expect(first).toContain(secret);
    const relay = terminal(first, clone, { PORT: '0' });
    const address = new URL(await relay.says(/http:\/\/[\w.]+:\d+/));
    const settings = { PORT: '0', RELAY_URL: address.origin };
    const shop = terminal(second, clone, settings);
    const page = await shop.says(/http:\/\/[\w.]+:\d+/);
    for (const path of ['/', '/counterqr/kiosk/', '/counterqr/sdk/device-service.js'])
      expect((await fetch(page + path)).status, path).toBe(200);
  });
});
