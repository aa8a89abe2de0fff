/**
 * `npm run test:repeat -- 5`: the whole of `npm test` five times beside two busy loops. Lists each test that failed
 * even once, with how often. Further arguments go to vitest: `npm run test:repeat -- 3 tests/e2e/kiosk-page`; `--long`
 * takes the tests of `npm run test:long`.
 */
import { readArguments } from './test-run/arguments.mjs';
import { startBusyLoops } from './test-run/busy-loops.mjs';
import { LONG, SHORT } from './test-run/plan.mjs';
import { prepare } from './test-run/prepare.mjs';
import { flakeLines, reportLines } from './test-run/report.mjs';
import { runPlan } from './test-run/run-plan.mjs';
import { stopWithUs } from './test-run/run-step.mjs';
import { giveUp } from './ready.mjs';

/** As many as the machine has cores that CI is known to have. */
const BUSY_LOOPS = 2;

const {
  long,
  rest: [count, ...more],
} = readArguments(process.argv.slice(2));
const wanted = Number(count);
if (!Number.isInteger(wanted) || wanted < 1)
  giveUp(`Say how often the tests are to run: npm run test:repeat -- 5. Not "${count ?? ''}".`);

const { built } = await prepare({ long });
await built;

const loops = startBusyLoops(BUSY_LOOPS);
process.on('exit', loops.stop);
let isStopped = false;
stopWithUs(() => {
  isStopped = true;
  loops.stop();
});

const rounds = [];
while (rounds.length < wanted && !isStopped) {
  const startedAt = performance.now();
  console.log(`\n== Round ${rounds.length + 1} of ${wanted}, beside ${BUSY_LOOPS} busy loops`);
  const result = await runPlan(long ? LONG : SHORT, { filters: more, built, goesOn: () => !isStopped });
  if (isStopped) break;
  rounds.push(result);
  for (const line of reportLines(result, [], performance.now() - startedAt)) console.log(line);
}
loops.stop();

for (const line of flakeLines(rounds)) console.log(line);
const clean = rounds.filter(({ failures }) => failures.length === 0).length;
const stopped = isStopped ? `; stopped before the ${wanted} rounds were over` : '';
console.log(`\n${clean} of ${rounds.length} rounds clean${stopped}`);
process.exit(clean === wanted ? 0 : 1);
