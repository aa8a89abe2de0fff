/**
 * The display's picture settings as the relay sent them last, kept in Memory: a restart must not cost a site its logo
 * until the next command.
 */
import * as v from 'valibot';
import { PictureSettings } from '../wire/picture.ts';
import type { Memory } from './station-types.ts';

const KEY = 'settings';

export class SettingsStore {
  readonly #memory: Memory;
  readonly #use: (settings: PictureSettings) => void;
  #known = '';

  /** @param use called with what was kept, and with each change */
  constructor(memory: Memory, use: (settings: PictureSettings) => void) {
    this.#memory = memory;
    this.#use = use;
  }

  /** What a version before kept and this one does not understand is forgotten: the defaults stand. */
  async load(): Promise<void> {
    const kept = v.safeParse(PictureSettings, await this.#memory.get(KEY).catch(() => undefined));
    if (!kept.success) return;
    this.#known = JSON.stringify(kept.output);
    this.#use(kept.output);
  }

  /** They come with every command and seldom change. Memory that fails costs a restart's knowledge, not the work. */
  update(settings: PictureSettings): void {
    this.#use(settings);
    const now = JSON.stringify(settings);
    if (now === this.#known) return;
    this.#known = now;
    this.#memory.set(KEY, settings).catch(() => undefined);
  }
}
