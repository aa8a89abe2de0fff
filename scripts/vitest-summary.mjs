/**
 * A vitest reporter that hands on its counts, the time of each file, the reason of each skipped test and the message of
 * each failed one (scripts/test-run/run-step.mjs).
 */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const MESSAGE_LINES = 12;

/** What is said again after the counts: a log that is cut to its end must still tell what failed. */
function failure(name, errors) {
  const [first] = errors;
  const message = `${first?.message ?? 'no message'}\n${first?.diff ?? ''}`.trim();
  const plain = stripVTControlCharacters(message).split('\n');
  const place = first?.stacks?.[0];
  return {
    name,
    at: place ? `${relative(process.cwd(), place.file)}:${place.line}` : undefined,
    message: plain.slice(0, MESSAGE_LINES).join('\n'),
  };
}

export default class Summary {
  onTestRunEnd(modules, errors) {
    const file = process.env.COUNTERQR_TEST_SUMMARY;
    if (!file) return;
    const failures = errors.map((error) => failure('outside any test', [error]));
    const summary = { passed: 0, skipped: [], failures, files: [] };
    for (const module of modules) {
      const { duration, collectDuration } = module.diagnostic();
      summary.files.push({ name: module.relativeModuleId, ms: duration + collectDuration });
      let ran = 0;
      for (const test of module.children.allTests()) {
        const { state, note } = { note: undefined, ...test.result() };
        ran++;
        if (state === 'passed') summary.passed++;
        else if (state === 'failed')
          summary.failures.push(failure(`${module.relativeModuleId} > ${test.fullName}`, test.result().errors ?? []));
        else summary.skipped.push({ name: test.fullName, why: note ?? 'see its title' });
      }
      // A hook that failed has no test to count, nor has a file that could not be loaded.
      for (const suite of module.children.allSuites())
        if (suite.errors().length > 0)
          summary.failures.push(failure(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors()));
      if (module.state() === 'failed' && (ran === 0 || module.errors().length > 0))
        summary.failures.push(failure(module.relativeModuleId, module.errors()));
    }
    writeFileSync(file, JSON.stringify(summary));
  }
}
