import * as v from 'valibot';
import { expect, it } from 'vitest';
import { DisplayCheck } from './display-check.ts';

const found = { baud: 9_600, deaf_ms: 0, own_code: 'no', scanned: 'not_asked', advice: 'picture' };

it('has what a display says of itself without signs that turn or hide what stands beside them', () => {
  const model = 'ESP32\u202e\n\u0007 Rev\u200b 0';
  expect(v.parse(DisplayCheck, { ...found, model }).model).toBe('ESP32 Rev 0');
});

it('has a speed at which a port can be opened', () => {
  expect(v.safeParse(DisplayCheck, { ...found, baud: 1e308 }).success).toBe(false);
});
