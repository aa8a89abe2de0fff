import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

const longTests = (...names: string[]) => names.map((name) => `tests/long/${name}.test.ts`);
/** Minutes of real time in which little is computed. */
const REAL_TIME = longTests('kiosk/hidden-tab', 'kiosk/browser-soak', 'kiosk/browser-relay-faults', 'kiosk/update');
/** They deploy IT's Chrome policies, which hold for the whole machine. */
const POLICIES = longTests('newcomer/it', 'kiosk/standby');
/** Minutes of one core: no clock but a simulated one. */
const COMPUTING = longTests(
  'picture/fuzz',
  'picture/versions',
  'picture/corpus',
  'kiosk/soak',
  'relay/store-model',
  'relay/store-cuts',
  'relay/fuzz',
);
/** What Redis and its relays outlive: they wait for elections and for leases that run out. */
const REDIS = longTests('relay/store-kills-redis', 'relay/redis-failover');
const TRAY = ['tests/long/tray/**/*.test.ts'];
const longTest = {
  testTimeout: 30 * 60_000,
  hookTimeout: 120_000,
  globalSetup: ['tests/e2e/global-setup.ts'],
  setupFiles: ['tests/support/name-the-missing.ts'],
};

/**
 * `unit`: beside the source. `contracts`: one suite per interface. `e2e`: browsers and whole programs. `long…`: what
 * takes minutes.
 */
export default defineConfig({
  test: {
    // Without the window at the end of a terminal: two of these run side by side.
    reporters: [['default', { summary: false }], './scripts/vitest-summary.mjs'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          // They share processes, and with them what was imported. So none mocks a module, and each leaves the
          // environment and the timers as it found them.
          isolate: false,
          include: [
            '{shared,node,relay,kiosk,tray,sdk,scripts}/**/*.test.{ts,mjs}',
            'tests/contracts/**/*.test.ts',
            'tests/{api,docs,security,soak,structure,support}/**/*.test.ts',
          ],
          // What takes a second alone took twenty where two cores did ten things at once.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          setupFiles: ['tests/support/name-the-missing.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 90_000,
          globalSetup: ['tests/e2e/global-setup.ts'],
          setupFiles: ['tests/support/name-the-missing.ts'],
        },
      },
      { test: { name: 'long-real-time', include: REAL_TIME, ...longTest } },
      { test: { name: 'long-policies', include: POLICIES, ...longTest } },
      { test: { name: 'long-redis', include: REDIS, ...longTest } },
      { test: { name: 'long-computing', include: COMPUTING, ...longTest } },
      { test: { name: 'long-tray', include: TRAY, ...longTest } },
      {
        test: {
          name: 'long-programs',
          include: ['tests/long/**/*.test.ts'],
          exclude: [...REAL_TIME, ...POLICIES, ...REDIS, ...COMPUTING, ...TRAY],
          ...longTest,
        },
      },
    ],
  },
});
