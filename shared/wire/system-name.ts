/** What a station runs on, for the admin page: `Chrome 150 · Windows 11`. Short, and of letters and digits only. */
import * as v from 'valibot';

export const MAX_SYSTEM_CHARS = 80;

/**
 * It stands in lists, logs and spreadsheets: it begins like a name, and holds nothing that any of these reads as more.
 */
export const SystemName = v.pipe(
  v.string(),
  v.maxLength(MAX_SYSTEM_CHARS),
  v.regex(/^[\p{L}\p{N}][\p{L}\p{N} ._·()/-]*$/u, 'must be a name such as Chrome 150 · Windows 11'),
);

/** As the wire takes it; undefined where nothing is left of it. */
export function systemName(text: string): string | undefined {
  const plain = text
    .replace(/[^\p{L}\p{N} ._·()/-]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '');
  const short = plain.slice(0, MAX_SYSTEM_CHARS).trim();
  return v.is(SystemName, short) ? short : undefined;
}
