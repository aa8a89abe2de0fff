/** The order of things, with steps that only say that they ran. */
import { expect, it } from 'vitest';
import { runPlan } from './run-plan.mjs';

const step = (project, needs = 'build') => ({ project, called: project, workers: 1, needs, priority: 'usual' });
const nothing = { passed: 0, skipped: [], failures: [], files: [], ms: 1 };

it('starts what needs no build beside it, lanes side by side, steps and phases one after the other', async () => {
  const said = [];
  let isNowBuilt;
  const built = new Promise((resolve) => (isNowBuilt = resolve));
  const run = async ({ project }) => {
    said.push(`${project} starts`);
    if (project === 'unit') isNowBuilt();
    await new Promise((resolve) => setImmediate(resolve));
    said.push(`${project} ends`);
    return { ...nothing, passed: 1 };
  };
  const phases = [[[step('unit', 'nothing')], [step('e2e'), step('after')]], [[step('last')]]];
  const result = await runPlan(phases, { filters: [], built, run });
  expect(said.filter((line) => line.endsWith('starts'))).toEqual([
    'unit starts',
    'e2e starts',
    'after starts',
    'last starts',
  ]);
  expect(said.indexOf('e2e starts')).toBeLessThan(said.indexOf('unit ends'));
  expect(said.indexOf('after starts')).toBeGreaterThan(said.indexOf('e2e ends'));
  expect(said.at(-2)).toBe('last starts');
  expect(result.passed).toBe(4);
  expect(result.times.map(({ called }) => called)).toEqual(['unit', 'e2e', 'after', 'last']);
});

it('says that what needs the build was not run when there is none', async () => {
  const built = Promise.reject(new Error('The build ended with code 1.'));
  const result = await runPlan([[[step('unit', 'nothing')], [step('e2e')]]], {
    filters: [],
    built,
    run: async () => ({ ...nothing, passed: 5 }),
  });
  expect(result.passed).toBe(5);
  expect(result.failures).toEqual([{ name: 'e2e', message: 'Not run. The build ended with code 1.' }]);
});

it('starts nothing more when it is stopped', async () => {
  const started = [];
  const run = async ({ project }) => {
    started.push(project);
    return nothing;
  };
  const goesOn = () => started.length === 0;
  const phases = [[[step('unit'), step('e2e')]], [[step('last')]]];
  await runPlan(phases, { filters: [], built: Promise.resolve(), goesOn, run });
  expect(started).toEqual(['unit']);
});
