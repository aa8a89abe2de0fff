/** Whether the disk is known to take writes: after a start and after a refusal, only by as many bytes that it took. */

/** A longer refused group is not imitated in full. */
const MAX_PADDING = 4 << 20;

export class WriteProof {
  /** So many have to be written: at the start any, then as many as were refused. */
  #owedBytes = 1;

  get isGiven(): boolean {
    return this.#owedBytes === 0;
  }

  /** What a group needs in it to be such a proof. */
  get padding(): string {
    return ' '.repeat(Math.min(this.#owedBytes, MAX_PADDING));
  }

  refused(bytes: number): void {
    this.#owedBytes = Math.max(this.#owedBytes, bytes, 1);
  }

  written(bytes: number): void {
    if (bytes >= Math.min(this.#owedBytes, MAX_PADDING)) this.#owedBytes = 0;
  }
}
