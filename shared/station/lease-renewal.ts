/**
 * The time that a command has: while it is worked on its lease is renewed, and it is over when its life is, or when the
 * relay says so.
 */
import type { Clock } from '../util/clock.ts';
import type { ClearReason } from '../wire/commands.ts';
import type { DeviceCommand } from '../wire/device.ts';
import { pause } from '../util/deadline.ts';
import type { Report, SendReport } from './reports.ts';

/** A lease is at least this often renewed; LEASE_SECONDS is 15 by default. */
const RENEW_MS = 5_000;
/** From `received` to the first `uploading`: what takes no longer than that is reported once. */
const AT_WORK_MS = 200;

export class Lease {
  /** On the clock: the command must not be shown after this. */
  readonly notAfter: number;
  readonly #clock: Clock;
  readonly #report: SendReport;
  readonly #over = new AbortController();
  readonly #finished = new AbortController();
  #endedAs: ClearReason | undefined;

  constructor(
    readonly command: DeviceCommand,
    takenAt: number,
    clock: Clock,
    tell: SendReport,
  ) {
    this.#clock = clock;
    this.#report = tell;
    this.notAfter = takenAt + command.expires_in_ms;
  }

  /** Fires when the command must not be carried out any more. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /**
   * The relay has ended it meanwhile, or somebody called it off: it wants no report, and this is what the page may say.
   */
  get endedAs(): ClearReason | undefined {
    return this.#endedAs;
  }

  /** It must not be shown any more. */
  callOff(reason: ClearReason): void {
    this.#endedAs ??= reason;
    this.#over.abort();
  }

  /** Holds it until `finish`. */
  hold(): void {
    void pause(this.#clock, Math.max(0, this.notAfter - this.#clock.now()), this.#finished.signal).then((slept) => {
      if (slept) this.#over.abort();
    });
    void this.#renew();
  }

  finish(): void {
    this.#finished.abort();
  }

  async #renew(): Promise<void> {
    const { signal } = this.#finished;
    for (let status: Report['status'] = 'received'; !signal.aborted; status = 'uploading') {
      const outcome = await this.#report({ command_id: this.command.command_id, status });
      if (signal.aborted) return;
      if (outcome === 'ended' || outcome === 'called_off') {
        this.callOff('closed');
        return;
      }
      await pause(this.#clock, status === 'received' ? AT_WORK_MS : RENEW_MS, signal);
    }
  }
}
