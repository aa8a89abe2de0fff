/**
 * The deflate stream of a PNG, unpacked to as many bytes as there is a use for: a bomb costs no more than its first
 * bytes.
 */

/**
 * @param length bytes that are wanted; fewer come where the stream ends before @throws TypeError for what is no such
 * stream
 */
export async function inflate(parts: readonly Uint8Array[], length: number): Promise<Uint8Array> {
  const stream = new DecompressionStream('deflate');
  const writer = stream.writable.getWriter();
  // Writing ends with an error when reading stops early; what matters is what was read.
  const written = writeAll(writer, parts).catch(() => undefined);
  const reader = stream.readable.getReader();
  const unpacked = new Uint8Array(length);
  let at = 0;
  try {
    while (at < length) {
      const { done, value } = await reader.read();
      if (done) break;
      const wanted = value.subarray(0, length - at);
      unpacked.set(wanted, at);
      at += wanted.length;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
    await written;
  }
  return unpacked.subarray(0, at);
}

async function writeAll(
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  parts: readonly Uint8Array[],
): Promise<void> {
  for (const part of parts) await writer.write(part.slice());
  await writer.close();
}
