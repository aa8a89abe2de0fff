/** A text with a last line that proves it whole: any cut and any flipped bit shows. */
import { createHash } from 'node:crypto';

interface Seal {
  readonly seq: number;
  readonly attempt: number;
  readonly sha256: string;
}

/** The pieces, and after them the seal. Pieces hold no line breaks. */
export async function* sealed(
  pieces: AsyncIterable<string> | Iterable<string>,
  seq: number,
  attempt = 0,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
  yield `\n${JSON.stringify({ seq, attempt, sha256: hash.digest('hex') } satisfies Seal)}\n`;
}

export interface Unsealed {
  readonly seq: number;
  readonly attempt: number;
  readonly text: string;
}

/** `undefined` when the text is not what was written. */
export function unseal(data: Buffer): Unsealed | undefined {
  if (data.at(-1) !== 0x0a) return undefined;
  const at = data.lastIndexOf(0x0a, -2);
  if (at < 0) return undefined;
  try {
    const { seq, attempt, sha256 } = JSON.parse(data.toString('utf8', at + 1)) as Seal;
    const body = data.subarray(0, at);
    if (createHash('sha256').update(body).digest('hex') !== sha256) return undefined;
    return { seq, attempt, text: body.toString('utf8') };
  } catch {
    return undefined;
  }
}
