/**
 * Reads something from the relay for its element, as a Lit task: the newest read wins, the last value stays while the
 * next is read.
 */
import { Task } from '@lit/task';
import type { LitElement } from 'lit';
import { AdminError } from '../data/admin-api.ts';
import { announceSignedOut } from '../data/page-events.ts';
import { problemWords } from '../messages/problem.ts';

export class LoadController<T> {
  value: T | undefined;
  /** Why the last read failed, as a sentence; empty after one that succeeded. */
  problem = '';
  readonly #task: Task<readonly unknown[], T>;

  /** @param read is given a signal that fires when a newer read takes its place */
  constructor(host: LitElement, read: (signal: AbortSignal) => Promise<T>) {
    this.#task = new Task<readonly unknown[], T>(host, {
      autoRun: false,
      args: () => [],
      task: (_, { signal }) => read(signal),
      onComplete: (value) => {
        this.value = value;
        this.problem = '';
      },
      onError: (error) => {
        this.problem = problemWords(error);
        if (error instanceof AdminError && error.code === 'signed_out') announceSignedOut(host);
      },
    });
  }

  /** Resolves when this read is over, whether or not it succeeded. */
  load(): Promise<void> {
    return this.#task.run();
  }
}
