/**
 * Long tests that have not yet been seen to pass whole three times, or that failed once for no known cause. They are counted as skipped;
 * `npm run test:long -- --all` runs them too.
 */
export const ON_PROBATION = ['tray/soak'].map((name) => `tests/long/${name}.test.ts`);
