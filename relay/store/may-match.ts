/** A look at the text of ended commands that spares most of them the parsing, for all stores. */
import { plainText } from '../../shared/util/plain-text.ts';
import type { HistorySearch } from './database.ts';

/** @param json of one ended command or several. False: the search wants none of them. */
export function mayMatch(json: string, { texts }: HistorySearch): boolean {
  if (texts.length === 0) return true;
  const plain = plainText(json);
  return texts.every((ways) => ways.some((one) => plain.includes(one)));
}
