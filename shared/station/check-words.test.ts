import { describe, expect, it } from 'vitest';
import { adviceOf, type DisplayCheck } from '../wire/display-check.ts';
import { checkSentences } from './check-words.ts';

const FOUND: Omit<DisplayCheck, 'advice'> = {
  baud: 9_600,
  model: 'ESP32 Chip model = 9, Rev 0',
  says_exit: 'yes',
  fileinfo: 'no',
  deaf_ms: 1_220,
  picture_ms: 3_100,
  own_code: 'words',
  own_code_ms: 600,
  scanned: 'yes',
};
const check = (changed: Partial<DisplayCheck> = {}): DisplayCheck => {
  const found = { ...FOUND, ...changed };
  return { ...found, advice: adviceOf(found) };
};

describe('what a check found', () => {
  it('is said in whole sentences, with the advice last', () => {
    expect(checkSentences(check(), 'en')).toEqual([
      'It answers at 9600 baud: “ESP32 Chip model = 9, Rev 0”.',
      'After a change of its screen it hears nothing for up to 1.2 s; that is waited for.',
      'It does not list its files.',
      'It did not delete a file.',
      'The test card was on it after 3.1 s.',
      'It draws codes by itself; one was there after 0.6 s.',
      'A person could scan the code that it drew.',
      'It draws codes by itself: choose native, 5 times faster.',
    ]);
  });

  it('is said in French', () => {
    const sentences = checkSentences(check(), 'fr');
    expect(sentences[4]).toBe('La mire y était au bout de 3,1 s.');
    expect(sentences.at(-1)).toBe('Il dessine lui-même des codes : choisissez « native », 5 fois plus rapide.');
  });

  it.each([
    ['nobody has scanned it', { scanned: 'not_asked' }, 'scan_first'],
    ['it cannot be scanned', { scanned: 'no' }, 'picture'],
    ['a picture is nearly as quick', { picture_ms: 1_000 }, 'picture'],
    ['it takes no pictures at all', { picture_ms: undefined }, 'native'],
    ['it draws none', { own_code: 'no', own_code_ms: undefined, scanned: 'not_asked' }, 'picture'],
  ] as const)('advises otherwise where %s', (_when, changed, advice) => {
    // exactOptionalPropertyTypes: absent, not undefined.
    const found = Object.fromEntries(
      Object.entries({ ...FOUND, ...changed }).filter(([, value]) => value !== undefined),
    );
    expect(adviceOf(found as Omit<DisplayCheck, 'advice'>)).toBe(advice);
  });
});
