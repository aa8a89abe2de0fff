/**
 * `npm test` (everything essential) and `npm run test:long` (what takes minutes), from a fresh clone. Extra arguments
 * go to vitest: `npm test -- relay/`. Ends with what was skipped and what failed, and why, where the time went, and a
 * count that a machine can read: `N passed, N failed, N skipped`.
 */
import { readArguments } from './test-run/arguments.mjs';
import { LONG, SHORT } from './test-run/plan.mjs';
import { prepare } from './test-run/prepare.mjs';
import { reportLines } from './test-run/report.mjs';
import { runPlan } from './test-run/run-plan.mjs';
import { stopWithUs } from './test-run/run-step.mjs';

const { long, rest: filters } = readArguments(process.argv.slice(2));

let isStopped = false;
stopWithUs(() => (isStopped = true));
const startedAt = performance.now();
const { installMs, built } = await prepare({ long });
const result = await runPlan(long ? LONG : SHORT, { filters, built, goesOn: () => !isStopped });
const before = [
  { called: 'install', ms: installMs },
  { called: 'build', ms: await built.catch(() => 0) },
];
for (const line of reportLines(result, before, performance.now() - startedAt - installMs)) console.log(line);
process.exit(result.failures.length > 0 || isStopped ? 1 : 0);
