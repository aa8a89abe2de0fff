import { expect, it } from 'vitest';
import { adminWords, parseAdminKey } from './named-key.ts';

it.each([
  ['admin_0123456789abcdefghij', undefined, 'admin_0123456789abcdefghij'],
  ['asha:admin_0123456789abcdefghij', 'asha', 'admin_0123456789abcdefghij'],
  ['Élodie D’Arc : key-with:colons', 'Élodie D’Arc', 'key-with:colons'],
  ['asha@pay.example:key', 'asha@pay.example', 'key'],
  // A key of before, with a colon behind what is no name.
  ['+/=:0123456789abcdefghij', undefined, '+/=:0123456789abcdefghij'],
  [`${'x'.repeat(41)}:key`, undefined, `${'x'.repeat(41)}:key`],
])('%s', (text, name, key) => expect(parseAdminKey(text)).toEqual({ name, key }));

it('is named in the audit', () => expect([adminWords(undefined), adminWords('Asha')]).toEqual(['admin', 'admin Asha']));
