export interface Answer {
  readonly status: number | null;
  readonly out: Buffer;
  /** Standard output, then standard error. */
  readonly text: string;
}
export function candidates(name: string): string[];
export function ask(program: string, args: readonly string[]): Answer;
