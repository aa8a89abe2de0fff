/** Bytes and bits of a JPEG file as it grows. */

/** Bits that hold the magnitude of a coefficient: its category (T.81, table F.1). */
export const categoryOf = (value: number): number => 32 - Math.clz32(Math.abs(value));

export class ByteSink {
  #buffer = new Uint8Array(8192);
  #length = 0;
  #held = 0;
  #heldBits = 0;

  bytes(...values: readonly number[]): void {
    if (this.#length + values.length > this.#buffer.length) {
      const larger = new Uint8Array(this.#buffer.length * 2 + values.length);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    for (const value of values) this.#buffer[this.#length++] = value;
  }

  segment(marker: number, payload: readonly number[]): void {
    const length = payload.length + 2;
    this.bytes(0xff, marker, length >> 8, length & 255, ...payload);
  }

  bits(code: number, length: number): void {
    this.#held = (this.#held << length) | code;
    this.#heldBits += length;
    while (this.#heldBits >= 8) {
      this.#heldBits -= 8;
      const byte = (this.#held >> this.#heldBits) & 255;
      this.bytes(byte);
      // A data byte of ones is followed by a zero, so that it is not taken for a marker (T.81, F.1.2.3).
      if (byte === 0xff) this.bytes(0);
    }
    this.#held &= (1 << this.#heldBits) - 1;
  }

  /** The bits after a category: the value, or for a negative one its complement (T.81, F.1.2.1). */
  magnitude(value: number): void {
    const category = categoryOf(value);
    if (category > 0) this.bits(value < 0 ? value + (1 << category) - 1 : value, category);
  }

  flushBits(): void {
    if (this.#heldBits > 0) this.bits((1 << (8 - this.#heldBits)) - 1, 8 - this.#heldBits);
  }

  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }
}
