/**
 * What is known of the display at this port: learned once, published to its store, forgotten when another model
 * answers.
 */
import type { ProbeResult } from './probe.ts';
import { isCommandReply } from './reply-lines.ts';
import type { DisplayProfile } from './display-profile.ts';

export class ProfileKeeper {
  #current: DisplayProfile;
  readonly #onChange: ((current: DisplayProfile) => void) | undefined;

  constructor(facts: DisplayProfile = {}, onChange?: (facts: DisplayProfile) => void) {
    this.#current = facts;
    this.#onChange = onChange;
  }

  get current(): DisplayProfile {
    return this.#current;
  }

  /** It has answered here before. */
  get hasAnswered(): boolean {
    return this.#current.baudRate !== undefined;
  }

  /** Its own speed first, then these. */
  speeds(usual: readonly number[]): readonly number[] {
    const { baudRate } = this.#current;
    return [...new Set(baudRate === undefined ? usual : [baudRate, ...usual])];
  }

  update(news: DisplayProfile): void {
    const known = this.#current;
    if (!(Object.keys(news) as (keyof DisplayProfile)[]).some((key) => news[key] !== known[key])) return;
    this.#current = { ...known, ...news };
    this.#onChange?.(this.#current);
  }

  /** From what a probe heard at this speed. */
  learnFrom(heard: ProbeResult, baudRate: number): void {
    if (heard.kind !== 'answered') {
      this.update({ baudRate });
      return;
    }
    const { saysExit } = heard;
    // The late answer to another command may come in the place of the answer to the probe.
    const modelLine = heard.modelLine !== undefined && isCommandReply(heard.modelLine) ? undefined : heard.modelLine;
    const before = this.#current.modelLine;
    // Another model behind the same USB ids: what was learned of the former does not hold.
    if (before !== undefined && modelLine !== undefined && modelLine !== before) this.#current = {};
    this.update({ baudRate, saysExit, ...(modelLine === undefined ? {} : { modelLine }) });
  }

  /** Whatever it was promised it has got, or will never count. */
  clearUnsentBytes(): void {
    if (this.#current.owedBytes) this.update({ owedBytes: 0 });
  }
}
