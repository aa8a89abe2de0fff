/** What is known of the unit at this port: learned once, told to whoever keeps it, forgotten when another unit answers. */
import type { ProbeResult } from './probe.ts';
import type { UnitFacts } from './display-profile.ts';

export class UnitKnowledge {
  #facts: UnitFacts;
  readonly #onChange: ((facts: UnitFacts) => void) | undefined;

  constructor(facts: UnitFacts = {}, onChange?: (facts: UnitFacts) => void) {
    this.#facts = facts;
    this.#onChange = onChange;
  }

  get facts(): UnitFacts {
    return this.#facts;
  }

  /** It has answered here before. */
  get familiar(): boolean {
    return this.#facts.baudRate !== undefined;
  }

  /** Its own speed first, then these. */
  speeds(usual: readonly number[]): readonly number[] {
    const { baudRate } = this.#facts;
    return [...new Set(baudRate === undefined ? usual : [baudRate, ...usual])];
  }

  know(news: UnitFacts): void {
    const known = this.#facts;
    if (!(Object.keys(news) as (keyof UnitFacts)[]).some((key) => news[key] !== known[key])) return;
    this.#facts = { ...known, ...news };
    this.#onChange?.(this.#facts);
  }

  /** From what a probe heard at this speed. */
  learn(heard: ProbeResult, baudRate: number): void {
    if (heard.kind !== 'answered') {
      this.know({ baudRate });
      return;
    }
    const { modelLine, saysExit } = heard;
    const before = this.#facts.modelLine;
    // Another model behind the same USB ids: what was learned of the former does not hold.
    if (before !== undefined && modelLine !== undefined && modelLine !== before) this.#facts = {};
    this.know({ baudRate, saysExit, ...(modelLine === undefined ? {} : { modelLine }) });
  }

  /** Whatever it was promised it has got, or will never count. */
  settleDebt(): void {
    if (this.#facts.owedBytes) this.know({ owedBytes: 0 });
  }
}
