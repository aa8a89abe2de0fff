/** Runs the same random sequences against a store and the model, and tells which ends of commands they came to. */
import fc from 'fast-check';
import { steps, type Real } from './store-commands.ts';
import { RULES, type MakeSite } from './store-harness.ts';
import { Model } from './store-model.ts';
import { link, register } from './store-steps.ts';

const DEVICES = ['d1', 'd2'];
const AGENTS = ['a1', 'a2', 'a3'];

/** Without these, the sequences would be too tame to say anything: `state reason after hand-outs`. */
export const MUST_HAVE = [
  'failed display_failed after 1',
  'failed unreported after 1',
  'failed unreported after 3',
  'expired expired_undelivered after 0',
  'superseded superseded_by_newer after 0',
  'failed unreported after 2',
  'cancelled cancelled_by_app after 0',
  'cancelled cancelled after 1',
  'cancelled paid after 0',
  'cancelled closed after 0',
  'cleared done after 1',
  'cleared timeout after 1',
  'cleared replaced after 1',
  'cleared closed after 1',
  'cleared paid after 1',
  'cleared disconnected after 1',
];
/** And these, where there is time for some thousand sequences. */
export const RARE = [
  'cleared done after 3',
  'cleared timeout after 3',
  'cleared replaced after 3',
  'cancelled paid after 2',
];

/**
 * Answers how many sequences came to each end. Rejects with the sequence after which a store answered otherwise than
 * the model; COUNTERQR_SHRINK=1 looks for a short one.
 */
export async function agree(makeSite: MakeSite, relays: number, numRuns: number): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
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
        const reached = model.commands.map((one) => `${one.state} ${one.reason} after ${one.deliveries}`);
        for (const end of new Set(reached)) ends.set(end, (ends.get(end) ?? 0) + 1);
      } finally {
        for (const relay of real.relays) await relay.close();
        await site.remove();
      }
    },
  );
  await fc.assert(property, { numRuns, endOnFailure: process.env['COUNTERQR_SHRINK'] === undefined });
  return ends;
}
