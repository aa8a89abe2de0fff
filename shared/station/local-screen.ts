/** A screen that a person asked for at this counter, and no command: the test card, a pairing code. */
import type { Screen } from '../picture/picture.ts';
import { stayMs } from '../screen/screen-of-command.ts';
import type { DisplayScreen } from '../screen/screen.ts';
import { messageOf } from '../wire/errors.ts';

/** What a person asked for at this counter. Has its turn among the commands. */
export interface LocalJob {
  /** Never rejects; what the person waits for does. */
  carryOut(display: DisplayScreen, signal: AbortSignal): Promise<void>;
  giveUp(error: unknown): void;
}

export class LocalScreen implements LocalJob {
  /** Resolves when it is on the display, or not wanted there any more. @throws PictureError, ShowError, StationError */
  readonly shown: Promise<void>;
  readonly #screen: Screen;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #isUsed = false;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.shown = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Never rejects; `shown` does. */
  async carryOut(display: DisplayScreen, signal: AbortSignal): Promise<void> {
    try {
      const { kind } = this.#screen;
      if (!this.#isUsed) await display.show({ kind: 'screen', screen: this.#screen }, stayMs(kind), { signal });
      if (this.#isUsed) display.dismiss(kind);
      this.#resolve();
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** It has served its purpose: it leaves the display, or does not get there. */
  use(display: DisplayScreen): void {
    this.#isUsed = true;
    display.dismiss(this.#screen.kind);
  }

  giveUp(error: unknown): void {
    this.#reject(error instanceof Error ? error : new Error(messageOf(error)));
  }
}
