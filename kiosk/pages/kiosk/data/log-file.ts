/** The log as a text file that a person can send to support. */
import type { LogEntry } from '../../../../shared/station/station-types.ts';
import type { DisplayReport } from '../../../../shared/display/display-report.ts';
import { gapSummary } from './poll-gaps.ts';
import type { StationView } from './station-view.ts';

const line = ({ at, level, event, text }: LogEntry): string => `${at} ${level.padEnd(5)} ${event}: ${text}`;

interface Facts {
  readonly version: string;
  readonly browser: string;
  /** Of a kiosk that records. */
  readonly report: DisplayReport | undefined;
}

/** The last line is the whole unit report, where there is one. */
export function logText(view: StationView, facts: Facts): string {
  const gaps = gapSummary(view.gaps);
  const port = view.display.port;
  return [
    `Counter QR ${facts.version}`,
    `Device ${view.deviceId ?? 'not registered'} (${view.computerName ?? 'no name'})`,
    `Browser ${facts.browser}`,
    `Relay ${view.relay.state}${view.relay.cause ? ` (${view.relay.cause})` : ''}`,
    `Display ${view.display.state}${view.display.cause ? ` (${view.display.cause})` : ''}${port ? `, ${port.label} at ${port.baudRate ?? '?'} baud` : ''}`,
    gaps ? `Polls of the last ten minutes: p99 gap ${gaps.p99Ms} ms, longest ${gaps.maxMs} ms` : 'No polls yet',
    '',
    ...view.log.map(line),
    '',
    ...(facts.report ? ['Unit report (docs/displays.md):', JSON.stringify(facts.report)] : []),
  ].join('\n');
}

function logFileName(view: StationView, now: Date): string {
  const name = (view.computerName ?? 'kiosk').replace(/[^A-Za-z0-9_-]+/g, '_');
  return `counterqr-${name}-${now.toISOString().slice(0, 19).replace(/:/g, '')}.txt`;
}

/** Hands the file to the browser's downloads. */
export function saveLog(view: StationView, version: string, report?: DisplayReport): void {
  const url = URL.createObjectURL(
    new Blob([logText(view, { version, browser: navigator.userAgent, report })], { type: 'text/plain' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = logFileName(view, new Date());
  link.click();
  // The download has its own reference once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
