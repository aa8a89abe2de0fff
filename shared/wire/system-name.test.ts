import * as v from 'valibot';
import { expect, it } from 'vitest';
import { MAX_SYSTEM_CHARS, SystemName, systemName } from './system-name.ts';

it.each([
  ['Chrome 150 · Windows 11', 'Chrome 150 · Windows 11'],
  ['Windows 10.0.22631', 'Windows 10.0.22631'],
  ['=cmd|calc', 'cmd calc'],
  ['<b>Chrome</b> 150', 'b Chrome /b 150'],
  ['a\r\nb\u202e', 'a b'],
  ['x'.repeat(500), 'x'.repeat(MAX_SYSTEM_CHARS)],
  ['·;=', undefined],
  ['', undefined],
])('%j is told to the relay as %j', (text, name) => {
  expect(systemName(text)).toBe(name);
  expect(v.is(SystemName, name)).toBe(name !== undefined);
});
