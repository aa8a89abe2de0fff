/**
 * Beside the log: what crossed the display's cable lately, as a unit report that a person can send (docs/displays.md).
 */
import { dirname, join } from 'node:path';
import { atomicWrite } from '../../node/atomic-write.ts';
import { pause } from '../../shared/util/deadline.ts';
import type { Clock } from '../../shared/util/clock.ts';
import type { DisplayReport } from '../../shared/display/display-report.ts';
import { messageOf } from '../../shared/wire/errors.ts';
import type { Log } from './tray-log.ts';

const EVERY_MS = 60_000;

/** The report of the last check of the display. @returns its path; undefined where it could not be written */
export async function writeCheckReport(
  report: DisplayReport,
  { logFile, log }: Pick<DisplayReportFileOptions, 'logFile' | 'log'>,
): Promise<string | undefined> {
  const path = join(dirname(logFile), 'display-check.json');
  try {
    await atomicWrite(path, JSON.stringify(report));
    return path;
  } catch (error) {
    log.warn('unit_report', `The report of the check could not be written: ${messageOf(error)}`);
    return undefined;
  }
}

export interface DisplayReportFileOptions {
  readonly report: () => DisplayReport | undefined;
  /** Its folder gets the report. */
  readonly logFile: string;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

export class DisplayReportFile {
  readonly path: string;
  readonly #options: DisplayReportFileOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #written = '';

  constructor(options: DisplayReportFileOptions) {
    this.#options = options;
    this.path = join(dirname(options.logFile), 'unit-report.json');
  }

  start(): void {
    this.#running = this.#run();
  }

  /** With what was recorded to the end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#write();
  }

  async #run(): Promise<void> {
    while (await pause(this.#options.clock, EVERY_MS, this.#stopping.signal)) await this.#write();
  }

  /** A disk that is full costs the report, not the work. */
  async #write(): Promise<void> {
    const report = this.#options.report();
    const text = report === undefined ? '' : JSON.stringify(report);
    if (text === '' || text === this.#written) return;
    try {
      await atomicWrite(this.path, text);
      this.#written = text;
    } catch (error) {
      this.#options.log.warn('unit_report', `The unit report could not be written: ${messageOf(error)}`);
    }
  }
}
