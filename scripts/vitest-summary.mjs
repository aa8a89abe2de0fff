/** A vitest reporter that hands its counts, and the reason of each skipped test, to scripts/test.mjs. */
import { writeFileSync } from 'node:fs';

export default class Summary {
  onTestRunEnd(modules, errors) {
    const file = process.env.COUNTERQR_TEST_SUMMARY;
    if (!file) return;
    const summary = { passed: 0, failed: errors.length, skipped: [] };
    for (const module of modules) {
      let ran = 0;
      for (const test of module.children.allTests()) {
        const { state, note } = { note: undefined, ...test.result() };
        ran++;
        if (state === 'passed') summary.passed++;
        else if (state === 'failed') summary.failed++;
        else summary.skipped.push({ name: test.fullName, why: note ?? 'see its title' });
      }
      // A file that could not even be loaded has no tests to count.
      if (module.state() === 'failed' && (ran === 0 || module.errors().length > 0)) summary.failed++;
    }
    writeFileSync(file, JSON.stringify(summary));
  }
}
