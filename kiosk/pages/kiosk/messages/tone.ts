/** How a fact feels; each tone has its colour and never stands without icon and word. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off';

/** A fact in an agent's words. */
export interface Fact {
  readonly tone: Tone;
  readonly word: string;
  readonly detail: string;
}

/** What the agent does about it, step by step. */
export interface Advice {
  readonly title: string;
  readonly steps: readonly string[];
  /** Which buttons help. */
  readonly offer: 'choose_port' | 'restart' | 'setup' | 'nothing';
}
