/** The same model against every store: whatever happens in whatever order, the store answers as the model does. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { noRedis, startRedis, type TestRedis } from '../rig/redis.ts';
import { because } from '../rig/requirements.ts';
import { steps, type Real } from './store-commands.ts';
import { lowdbSite, memorySite, redisSite, type MakeSite } from './store-harness.ts';
import { Model } from './store-model.ts';
import { register } from './store-steps.ts';

const DEVICES = ['d1', 'd2'];
const AGENTS = ['a1', 'a2', 'a3'];

async function agree(makeSite: MakeSite, relays: number, runs: number): Promise<void> {
  const property = fc.asyncProperty(
    fc.constantFrom('latest' as const, 'fifo' as const),
    fc.commands(steps(DEVICES, AGENTS), { maxCommands: 60, size: 'max' }),
    async (policy, commands) => {
      const site = makeSite({ rules: { queuePolicy: policy } });
      const real: Real = { site, relays: [], turn: 0 };
      try {
        for (let n = 0; n < relays; n++) real.relays.push(await site.open());
        for (const device of DEVICES) await register(real.relays[0].store, device);
        await fc.asyncModelRun(() => ({ model: new Model(DEVICES, policy), real }), commands);
      } finally {
        for (const relay of real.relays) await relay.close();
        await site.remove();
      }
    },
  );
  await fc.assert(property, { numRuns: runs, endOnFailure: process.env['COUNTERQR_SHRINK'] === undefined });
}

describe('the model and', { timeout: 120_000 }, () => {
  it('the decisions alone agree', () => agree(memorySite, 1, 300));
  it('lowdb agree', () => agree(lowdbSite, 1, 60));

  const reason = noRedis();
  describe.skipIf(reason !== undefined)(`Redis${because(reason)}`, () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.remove());
    it('with two relays by turns agree', () => agree((setup) => redisSite(() => redis, setup), 2, 25));
  });
});
