/** Reads something of the relay for its element: the newest wins, a refusal is a sentence, an ended session is passed on. */
import type { LitElement, ReactiveController } from 'lit';
import { messageOf } from '../../../../shared/wire/errors.ts';
import { AdminError } from '../data/admin-api.ts';
import { announceSignedOut } from '../data/page-events.ts';

export class LoadController<T> implements ReactiveController {
  value: T | undefined;
  problem = '';
  #round = 0;
  readonly #host: LitElement;
  readonly #read: () => Promise<T>;

  constructor(host: LitElement, read: () => Promise<T>) {
    this.#host = host;
    this.#read = read;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#round += 1;
  }

  /** What is shown stays until the new is there. */
  async load(): Promise<void> {
    const round = (this.#round += 1);
    try {
      const value = await this.#read();
      if (round !== this.#round) return;
      this.value = value;
      this.problem = '';
    } catch (error) {
      if (round !== this.#round) return;
      this.problem = messageOf(error);
      if (error instanceof AdminError && error.code === 'signed_out') announceSignedOut(this.#host);
    }
    this.#host.requestUpdate();
  }
}
