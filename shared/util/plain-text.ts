/** Text as a search reads it. */

// eslint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/;

/** Case and accents do not matter. Text in ASCII takes a tenth of the time: a relay looks through much of it. */
export const plainText = (text: string): string =>
  (ASCII.test(text) ? text : text.normalize('NFD').replace(/\p{M}/gu, '')).toLowerCase();

/** What somebody searches for: each word must be there somewhere. */
export const searchWords = (search: string): string[] => plainText(search).split(/\s+/).filter(Boolean);
