/**
 * What a relay of version 0.1 finds first in a folder of this one. It takes the file for its snapshot, and ends with
 * the sentence "The data folder … cannot be used (Unexpected token 'A', "A newer relay's data" is not valid JSON)"
 * before it has changed anything.
 */
import { createHash } from 'node:crypto';

export const GUARD = 'snapshot.previous.json';
/** Not longer: of a longer text V8 shows a part. */
const TEXT = "A newer relay's data";

export function guardText(): string {
  const sha256 = createHash('sha256').update(TEXT).digest('hex');
  return `${TEXT}\n${JSON.stringify({ seq: 0, attempt: 0, sha256 })}\n`;
}
