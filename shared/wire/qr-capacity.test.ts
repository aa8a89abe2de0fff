import { describe, expect, it } from 'vitest';
import { DEFAULT_PICTURE_SETTINGS } from './picture.ts';
import { layoutCandidates } from '../picture/layout-candidates.ts';
import { drawText } from '../picture/qr/draw.ts';
import { qrTextRefusal } from './qr-capacity.ts';

/** Whether the picture code has a size for it. */
const fits = (text: string, ecc: 'L' | 'M' | 'Q' | 'H'): boolean =>
  layoutCandidates(drawText(text, ecc).matrix, DEFAULT_PICTURE_SETTINGS, ['none'], 320).length > 0;

describe.each(['L', 'M', 'Q', 'H'] as const)('at level %s', (ecc) => {
  it.each([
    ['bytes', 'x'],
    ['capitals', 'A'],
    ['digits', '7'],
  ])('takes just the %s that the display can show', (_, letter) => {
    const most = Number(/at most (\d+)/.exec(qrTextRefusal(letter.repeat(6_000), ecc) ?? '')?.[1]);
    expect(qrTextRefusal(letter.repeat(most), ecc)).toBeUndefined();
    expect(fits(letter.repeat(most), ecc)).toBe(true);
    expect(qrTextRefusal(letter.repeat(most + 1), ecc)).toContain(`qr_text has ${most + 1} `);
    expect(fits(letter.repeat(most + 1), ecc)).toBe(false);
  });
});

it('counts bytes, not letters, of a text in another script', () => {
  expect(qrTextRefusal('ชำระเงิน'.repeat(100), 'M')).toContain('qr_text has 2400 bytes; at most 1809 fit');
});
