/** Text as a search reads it. */

/** Case and accents do not matter. */
export const plainText = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** What somebody searches for: each word must be there somewhere. */
export const searchWords = (search: string): string[] => plainText(search).split(/\s+/).filter(Boolean);
