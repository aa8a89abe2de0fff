/**
 * Long tests that have not yet been seen to pass whole on a quiet machine, or that failed once for no known cause. They are counted as skipped;
 * `npm run test:long -- --all` runs them too. One comes off this list when it has passed there three times.
 */
export const ON_PROBATION = ['corpus', 'store-kills', 'tray-build'].map((name) => `tests/long/${name}.test.ts`);
