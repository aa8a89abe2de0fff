import { expect, it } from 'vitest';
import type { DisplayReport } from '../../../../shared/display/display-report.ts';
import { logText } from './log-file.ts';
import { unknownStation } from './station-view.ts';

it('ends with the unit report of a kiosk that records, on one line', () => {
  const facts = { version: '0.0.0', browser: 'Chrome' };
  const report: DisplayReport = {
    schema: 'counterqr-unit-report/1',
    recorded_by: 'kiosk 0.0.0',
    port: { label: 'USB serial' },
    dropped_events: 0,
    events: [{ kind: 'open', at_ms: 0, baud: 9_600 }],
  };
  expect(
    JSON.parse(
      logText(unknownStation, { ...facts, report })
        .split('\n')
        .at(-1) ?? '',
    ),
  ).toEqual(report);
  expect(logText(unknownStation, { ...facts, report: undefined })).not.toContain('Unit report');
});
