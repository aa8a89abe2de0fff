/**
 * What a run says at its end: what was skipped and why, what failed, where the time went, and a count that a machine
 * can read.
 */

const SLOWEST = 10;

/** @param {number} ms */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** @param {readonly import('./run-step.mjs').Failure[]} failures */
const failureLines = (failures) =>
  failures.flatMap(({ name, at, message }) => [
    `  - ${name}${at ? ` (${at})` : ''}`,
    ...message.split('\n').map((line) => `      ${line}`),
  ]);

const section = (title, lines) => (lines.length === 0 ? [] : ['', title, ...lines]);

/**
 * @param {import('./run-plan.mjs').Result} result
 * @param {readonly { called: string, ms: number }[]} before what came before the tests: install, build
 * @param {number} wholeMs without the installation
 */
export function reportLines({ passed, skipped, failures, files, times }, before, wholeMs) {
  const slowest = [...files].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  const width = Math.max(0, ...slowest.map(({ ms }) => duration(ms).length));
  return [
    ...section(
      'Skipped:',
      skipped.map(({ name, why }) => `  - ${name}: ${why}`),
    ),
    ...section('Failed:', failureLines(failures)),
    ...section(
      'The slowest files:',
      slowest.map(({ name, ms }) => `  ${duration(ms).padStart(width)}  ${name}`),
    ),
    '',
    `Times: ${[...before, ...times].map(({ called, ms }) => `${called} ${duration(ms)}`).join(', ')}; all but the installation ${duration(wholeMs)}`,
    '',
    `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`,
  ];
}

/**
 * Each test that failed in any of the rounds, those that failed most often first, with what the first of its failures
 * said.
 * @param {readonly import('./run-plan.mjs').Result[]} rounds
 */
export function flakeLines(rounds) {
  /** @type {Map<string, { failure: import('./run-step.mjs').Failure, rounds: number[] }>} */
  const byName = new Map();
  for (const [index, { failures }] of rounds.entries())
    for (const failure of failures) {
      const known = byName.get(failure.name) ?? { failure, rounds: [] };
      if (known.rounds.at(-1) !== index + 1) known.rounds.push(index + 1);
      byName.set(failure.name, known);
    }
  if (byName.size === 0) return [];
  const worstFirst = [...byName.values()].sort((a, b) => b.rounds.length - a.rounds.length);
  return [
    '',
    'Failed even once:',
    ...worstFirst.flatMap(({ failure, rounds: failed }) => {
      const [head, ...said] = failureLines([failure]);
      return [`${head}: in ${failed.length} of ${rounds.length} rounds (${failed.join(', ')})`, ...said];
    }),
  ];
}
