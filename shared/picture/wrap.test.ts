import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf, wrap } from './wrap.ts';

/** Every letter is 10 wide. */
const widthOf = (text: string): number => [...text].length * 10;
const wrapped = (text: string, width: number): readonly string[] | undefined => wrap(piecesOf(text), widthOf, width);

describe('wrap', () => {
  it('breaks at spaces', () => {
    expect(wrapped('take a number please', 130)).toEqual(['take a number', 'please']);
  });

  it('breaks a device name after its hyphens, and only there', () => {
    expect(wrapped('SHOWROOM-PC-01', 90)).toEqual(['SHOWROOM-', 'PC-01']);
    expect(wrapped('SHOWROOM', 70)).toBeUndefined();
  });

  it('breaks between words where a script writes none', () => {
    const lines = wrapped('กรุณารับบัตรคิวและรอสักครู่', 130);
    expect(lines?.length).toBeGreaterThan(1);
    expect(lines?.join('')).toBe('กรุณารับบัตรคิวและรอสักครู่');
  });

  it('loses no letter and makes no line too wide', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 30, max: 300 }), (text, width) => {
        const lines = wrapped(text, width);
        if (!lines) return;
        expect(lines.join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
