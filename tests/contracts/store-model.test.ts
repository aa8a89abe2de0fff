/** The same model against every store: whatever happens in whatever order, the store answers as the model does. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noRedis, startRedis, type TestRedis } from '../rig/redis.ts';
import { because } from '../rig/requirements.ts';
import { steps, type Real } from './store-commands.ts';
import { lowdbSite, memorySite, redisSite, RULES, type MakeSite } from './store-harness.ts';
import { Model } from './store-model.ts';
import { link, register } from './store-steps.ts';

const DEVICES = ['d1', 'd2'];
const AGENTS = ['a1', 'a2', 'a3'];

/** Answers which ends there were, with how many hand-outs. */
async function agree(makeSite: MakeSite, relays: number, runs: number): Promise<Set<string>> {
  const ends = new Set<string>();
  const property = fc.asyncProperty(
    fc.constantFrom('latest' as const, 'fifo' as const),
    fc.commands(steps(DEVICES, AGENTS), { maxCommands: 100, size: 'max' }),
    async (policy, commands) => {
      const site = makeSite({ rules: { queuePolicy: policy } });
      const real: Real = { site, relays: [], turn: 0 };
      try {
        for (let n = 0; n < relays; n++) real.relays.push(await site.open());
        const model = new Model(DEVICES, policy);
        for (const [n, device] of DEVICES.entries()) {
          await register(real.relays[0].store, device);
          await link(real.relays[0].store, AGENTS[n], device);
          model.links.set(device, { agent: AGENTS[n], until: model.now + RULES.linkMs });
        }
        await fc.asyncModelRun(() => ({ model, real }), commands);
        for (const { state, reason, deliveries } of model.commands) ends.add(`${state} ${reason} after ${deliveries}`);
      } finally {
        for (const relay of real.relays) await relay.close();
        await site.remove();
      }
    },
  );
  await fc.assert(property, { numRuns: runs, endOnFailure: process.env['COUNTERQR_SHRINK'] === undefined });
  return ends;
}

/** Without these, the sequences would be too tame to say anything. */
const MUST_HAVE = [
  'failed display_failed after 1',
  'expired expired_undelivered after 0',
  'superseded superseded_by_newer after 0',
  'superseded superseded_by_newer after 1',
  'cancelled cancelled_by_app after 0',
  'cancelled cancelled after 1',
  'cancelled paid after 0',
  'cleared done after 1',
  'cleared timeout after 1',
  'cleared closed after 1',
  'cleared paid after 1',
  'cleared disconnected after 1',
];

describe('the model and', { timeout: 120_000 }, () => {
  it('the decisions alone agree', async () => {
    const ends = await agree(memorySite, 1, 300);
    expect(MUST_HAVE.filter((end) => !ends.has(end))).toEqual([]);
  });
  it('lowdb agree', async () => {
    expect((await agree(lowdbSite, 1, 30)).size).toBeGreaterThan(5);
  });

  const reason = noRedis();
  describe.skipIf(reason !== undefined)(`Redis${because(reason)}`, () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.remove());
    it('with two relays by turns agree', async () => {
      expect((await agree((setup) => redisSite(() => redis, setup), 2, 15)).size).toBeGreaterThan(5);
    });
  });
});
