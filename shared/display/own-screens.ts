/** The display's own screens within one session: what must be said before one, and what need not be said again. */
import { ANSWER_MS, askDisplay, type DisplayContext } from './display-context.ts';
import { drawNative } from './draw-native.ts';
import type { NativeScreen } from './native-screen.ts';

export class OwnScreens {
  readonly #context: DisplayContext;
  /** A rotation covers what is drawn. A display that has booted rotates. */
  #rotation: 'maybe' | 'off' = 'maybe';
  #volume: number | undefined;

  constructor(context: DisplayContext) {
    this.#context = context;
  }

  /** A picture stays on the display. */
  rotationStopped(): void {
    this.#rotation = 'off';
  }

  rotationStarted(): void {
    this.#rotation = 'maybe';
  }

  /** Another life of the display: whatever it was told is forgotten. */
  restarted(): void {
    this.#rotation = 'maybe';
    this.#volume = undefined;
  }

  /** @throws DisplayError `refused` where it does not draw it, `no_reply`, `rebooted`, `lost`, `aborted` */
  async draw(screen: NativeScreen, signal?: AbortSignal): Promise<void> {
    const rotation = this.#rotation;
    this.#rotation = 'maybe';
    await drawNative(this.#context, { screen, rotation, signal });
    this.#rotation = 'off';
  }

  /** How loud its own sounds are, 1 to 21. Not every firmware knows the command, so no answer is no error. */
  async setVolume(volume: number, signal?: AbortSignal): Promise<void> {
    if (this.#volume === volume) return;
    await askDisplay(this.#context, `setvolume**${volume}`, ANSWER_MS, signal);
    this.#volume = volume;
  }
}
