/** Runs a plan and adds up what its steps found. */
import { runStep } from './run-step.mjs';

/**
 * @typedef {import('./run-step.mjs').Summary & { times: { called: string, ms: number }[] }} Result
 */

/**
 * @param {readonly import('./plan.mjs').Phase[]} phases
 * @param {{ filters: readonly string[], built: Promise<unknown>, goesOn?: () => boolean, run?: typeof runStep }}
 * options `built`: settled when dist/ is current; `goesOn`: asked before each step
 * @returns {Promise<Result>}
 */
export async function runPlan(phases, { filters, built, goesOn = () => true, run = runStep }) {
  /** @type {Result} */
  const result = { passed: 0, skipped: [], failures: [], files: [], times: [] };
  async function runLane(lane) {
    for (const step of lane) {
      if (!goesOn()) return;
      const unbuilt = step.needs === 'build' ? await failureOf(built) : undefined;
      if (unbuilt !== undefined) {
        result.failures.push({ name: step.called, message: `Not run. ${unbuilt}` });
        continue;
      }
      const { passed, skipped, failures, files, ms } = await run(step, filters);
      result.passed += passed;
      result.skipped.push(...skipped);
      result.failures.push(...failures);
      result.files.push(...files);
      result.times.push({ called: step.called, ms });
    }
  }
  for (const lanes of phases) await Promise.all(lanes.map(runLane));
  return result;
}

/** @param {Promise<unknown>} promise @returns {Promise<string | undefined>} */
const failureOf = (promise) =>
  promise.then(
    () => undefined,
    (error) => error.message,
  );
