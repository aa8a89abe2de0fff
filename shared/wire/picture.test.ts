import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { PictureSettings } from './picture.ts';

describe('the settings of a display', () => {
  it('know how amounts are written, in English with the code where nothing is said', () => {
    expect(v.parse(PictureSettings, {})).toMatchObject({ locale: 'en', currency_display: 'code' });
    expect(v.parse(PictureSettings, { locale: 'fr-MU', currency_display: 'symbol' })).toMatchObject({
      locale: 'fr-MU',
    });
    for (const locale of ['', 'not a locale', 'x'.repeat(40)]) expect(v.is(PictureSettings, { locale })).toBe(false);
  });
});
