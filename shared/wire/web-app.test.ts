import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { QrBody } from './web-app.ts';

const amountOf = (amount: unknown): unknown => {
  const parsed = v.safeParse(QrBody, { agent_id: '7', qr_text: 'x', amount });
  return parsed.success ? parsed.output.amount : parsed.issues[0].message;
};

describe('an amount', () => {
  it.each([
    ['1200.50', '1200.50'],
    [' 1200.50 ', '1200.50'],
    [1250, '1250'],
    [1250.5, '1250.5'],
    [0.1 + 0.2, '0.3'],
    [1e-7, '0.0000001'],
    [9_999_999_999_999.5, '9999999999999.5'],
    [0, '0'],
  ])('%j is kept as %s', (amount, kept) => {
    expect(amountOf(amount)).toBe(kept);
  });

  it.each([
    ['', /blank/],
    ['  ', /blank/],
    // Shows as 001 to a customer: the digits run from right to left.
    ['\u202e100', /invisible/],
    ['100\u200f', /invisible/],
    ['1\u200b0', /invisible/],
    [1e21, /string/],
  ])('%j is refused', (amount, why) => {
    expect(amountOf(amount)).toMatch(why);
  });

  it('has a currency without signs of direction', () => {
    expect(v.is(QrBody, { agent_id: '7', qr_text: 'x', amount: '1', currency: 'MUR' })).toBe(true);
    expect(v.is(QrBody, { agent_id: '7', qr_text: 'x', amount: '1', currency: '\u202eRUM' })).toBe(false);
  });
});

describe('a picture', () => {
  const base64 = 'iVBORw0KGgoAAAANSUhEUgAA/+8=';
  const kept = (qr_image: string): unknown => {
    const parsed = v.safeParse(QrBody, { agent_id: '7', qr_image });
    return parsed.success ? parsed.output.qr_image : 'refused';
  };
  it.each([
    ['a final newline', `data:image/png;base64,${base64}\n`],
    ['base64 in lines', `data:image/png;base64,${base64.slice(0, 8)}\r\n${base64.slice(8)}`],
    ['escapes', `data:image/png;base64,${base64.replace('+', '%2B').replace('/', '%2f').replace('=', '%3D')}`],
    ['parameters', `data:image/PNG;charset=utf-8;name=qr.png;base64,${base64}`],
  ])('as a data URI that browsers take is one that displays take: %s', (_, uri) => {
    expect(kept(uri)).toBe(`data:image/png;base64,${base64}`);
  });

  it('that is none stays refused', () => {
    for (const uri of [
      `data:image/gif;base64,${base64}`,
      `data:image/png,${base64}`,
      'data:image/png;base64,***',
      base64,
    ])
      expect(kept(uri)).toBe('refused');
  });
});
