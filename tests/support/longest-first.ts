/**
 * In which order vitest takes the files: one that takes a minute must not be the last to start, while the other workers
 * have nothing left.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first, by what they took in a whole run. The others follow in vitest's own order. */
export const LONGEST: readonly string[] = [
  'tests/long/kiosk/browser-soak.test.ts',
  'tests/long/kiosk/hidden-tab.test.ts',
  'tests/e2e/tray.test.ts',
  'tests/e2e/admin-looks.test.ts',
  'tests/e2e/picture-in-browser.test.ts',
  'tests/e2e/kiosk-page.test.ts',
  'tests/e2e/ten-counters.test.ts',
  'tests/e2e/admin-display.test.ts',
  'tests/e2e/serial-main-job.test.ts',
  'tests/e2e/store-kills.test.ts',
  'tests/e2e/start.test.ts',
  'tests/e2e/admin-live.test.ts',
  'tests/e2e/sdk-react.test.ts',
  'tests/e2e/rollout-policy.test.ts',
  'tests/e2e/kiosk-lifecycle.test.ts',
];

const rank = ({ moduleId }: TestSpecification): number => {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`));
  return place === -1 ? LONGEST.length : place;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}
