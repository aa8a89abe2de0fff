/**
 * Long tests that have not yet been seen to pass whole on a quiet machine, or that failed once for no known cause. They are counted as skipped;
 * `npm run test:long -- --all` runs them too. One comes off this list when it has passed there three times. `store-kills`: once counted expired
 * posts as lost, because its agents outran displays on a busy machine; they wait now, and it has passed once so, at a load of 15. `newcomer-it` has passed once on a borrowed build, neither of the newcomers on a fresh clone.
 */
export const ON_PROBATION = ['newcomer-developer', 'newcomer-it', 'store-kills', 'tray-build', 'tray-soak'].map(
  (name) => `tests/long/${name}.test.ts`,
);
