/** What is reported to the relay of a command, and what it answers. Pure: builds reports, sends none. */
import type { FailReason } from '../wire/commands.ts';
import { hasErrorName, messageOf } from '../wire/errors.ts';
import type { StatusBody } from '../wire/device.ts';
import { factsOf } from '../screen/drawn-screen.ts';
import type { Shown, ShowError } from '../screen/show-picture.ts';

export type Report = Omit<StatusBody, 'device_id'>;
/**
 * `ended`: the relay says that this command is over, so it must not be shown. `called_off`: nor must this one; the
 * command that takes it off the display is on its way.
 */
export type ReportOutcome = 'taken' | 'ended' | 'called_off' | 'unknown';
/**
 * Never rejects. Ends (`success`, `failed`, `cleared`) are kept until they are delivered; the others are tried once.
 */
export type SendReport = (report: Report) => Promise<ReportOutcome>;

/** @param shown what the display shows, where it shows something */
export function successOf(commandId: string, executionTime: number, shown?: Shown): Report {
  const facts = shown && { attempts: shown.attempts, baud: shown.baudRate, picture: factsOf(shown.drawn) };
  return { command_id: commandId, status: 'success', execution_time: executionTime, ...facts };
}

export function failureOf(commandId: string, error: unknown): Report & { readonly reason: FailReason } {
  const attempts = hasErrorName(error, 'ShowError') ? (error as ShowError).attempts : undefined;
  const badPicture = hasErrorName(error, 'PictureError');
  const code = badPicture ? (error as { readonly code?: string }).code : undefined;
  return {
    command_id: commandId,
    status: 'failed',
    reason: badPicture ? 'bad_picture' : attempts === 0 ? 'display_unplugged' : 'display_failed',
    error: messageOf(error).slice(0, 1_000),
    // For a program; the sentence is for a person.
    ...(code === undefined ? {} : { picture: { note: code } }),
    ...(attempts === undefined ? {} : { attempts }),
  };
}

/** Outcomes that are remembered, so that a command that is delivered again is answered and not carried out again. */
const REMEMBERED = 50;

export class ReportCache {
  readonly #reports = new Map<string, Report>();

  of(commandId: string): Report | undefined {
    return this.#reports.get(commandId);
  }

  remember(report: Report): void {
    this.#reports.set(report.command_id, report);
    for (const oldest of this.#reports.keys()) {
      if (this.#reports.size <= REMEMBERED) break;
      this.#reports.delete(oldest);
    }
  }
}
