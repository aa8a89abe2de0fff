/**
 * Whether the disk is known to take writes. After a start, or after a group that it refused, only a group that was
 * written says so, as long as the one that failed.
 */

/** A longer refused group is not imitated in full. */
const MAX_PROOF_BYTES = 4 << 20;

export class WriteProof {
  #neededBytes = 1;

  /** So many bytes have to be written before the disk is known to take writes; 0 when it is known. */
  get neededBytes(): number {
    return Math.min(this.#neededBytes, MAX_PROOF_BYTES);
  }

  wrote(bytes: number): void {
    if (bytes >= this.neededBytes) this.#neededBytes = 0;
  }

  refused(bytes: number): void {
    this.#neededBytes = Math.max(this.#neededBytes, bytes, 1);
  }
}
