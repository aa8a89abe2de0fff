/** A check of the display that a person asked for at this counter. */
import type { DisplayCheck } from '../wire/display-check.ts';
import { messageOf } from '../wire/errors.ts';
import type { DisplayScreen } from '../screen/screen.ts';
import type { LocalJob } from './local-screen.ts';

export class LocalCheck implements LocalJob {
  /** @throws StationError, DisplayError, PictureError */
  readonly done: Promise<DisplayCheck>;
  readonly #run: (signal: AbortSignal) => Promise<DisplayCheck>;
  #resolve: (check: DisplayCheck) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(run: (signal: AbortSignal) => Promise<DisplayCheck>) {
    this.#run = run;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  async carryOut(_display: DisplayScreen, signal: AbortSignal): Promise<void> {
    try {
      this.#resolve(await this.#run(signal));
    } catch (error) {
      this.giveUp(error);
    }
  }

  giveUp(error: unknown): void {
    this.#reject(error instanceof Error ? error : new Error(messageOf(error)));
  }
}
