import type { Font } from 'fontkit';
import { describe, expect, it } from 'vitest';
import { drawText } from './draw-text.ts';
import { lettersOf } from './fonts.ts';
import { runsOf } from './runs.ts';

const [latin, other] = [{ unitsPerEm: 1 }, { unitsPerEm: 2 }] as unknown as readonly [Font, Font];
/** As two fonts would share them: what is beyond Latin letters is in the second. */
const split = (text: string): string[] =>
  runsOf(Array.from(text, (letter) => ({ text: letter, font: letter > '\u02ff' ? other : latin }))).map(
    ({ text: run, direction }) => (direction === 'rtl' ? [...run].reverse().join('') : run),
  );
/** What a reader's eye passes over from left to right. */
const seen = (text: string): string => split(text).join('');

const pixels = async (text: string): Promise<string> => {
  const { width, data } = await drawText(text, 40, 'regular');
  return `${width} ${Buffer.from(data).toString('base64')}`;
};

describe('letters as they stand', () => {
  it('in a line from left to right, Hebrew is turned round within itself', () => {
    expect(seen('Anna אבג Berg')).toBe('Anna גבא Berg');
  });

  it('a line that begins in Hebrew goes from right to left, its numbers and Latin words do not', () => {
    expect(seen('אבג 1,200.50 THB')).toBe('THB 1,200.50 גבא');
    expect(seen('אבג דה (VIP)')).toBe('(VIP) הד גבא');
  });

  it('words of one line keep their places when each is in a font of its own', () => {
    // The space after a word is in that word's font; once each font's part was drawn where it came up, the words stood
    // the wrong way round.
    expect(split('אב x גד')).toEqual(['דג', ' ', 'x', ' ', 'בא']);
  });

  it('brackets open to the side to which the line is read', () => {
    expect(seen('אב (גד)')).toBe('(דג) בא');
  });
});

describe('a letter that no font has', () => {
  /** Cuneiform: not in Noto Sans, and in none of the fonts that are asked. */
  const UNKNOWN = '\u{12000}';

  it('is left out: no empty box', async () => {
    expect(await pixels(`A${UNKNOWN}B`)).toBe(await pixels('AB'));
    expect(await lettersOf(UNKNOWN, 'bold')).toEqual([]);
  });

  it('is drawn without what makes it rare', async () => {
    const letters = await lettersOf('\uff21\uff22', 'regular');
    expect(letters.map(({ text }) => text.normalize('NFKD')).join('')).toBe('AB');
  });
});

describe('names in the scripts that travel with the program', () => {
  it.each([
    ['Latin with accents', 'Lindström', 'Lindstrom'],
    ['Greek', 'Ελένη', 'Παππά'],
    ['Cyrillic', 'Екатерина', 'Станислав'],
    ['Vietnamese', 'Nguyễn', 'Phương'],
    ['Devanagari', 'रमेश', 'सुनील'],
  ])('%s: every letter is drawn, and none like another', async (_, ...words) => {
    for (const weight of ['regular', 'bold'] as const)
      for (const word of words) {
        const letters = await lettersOf(word, weight);
        expect(letters.map(({ text }) => text).join('')).toBe(word);
        // Glyph 0 is a font's empty box.
        for (const { text, font } of letters) expect(font.layout(text).glyphs.map(({ id }) => id)).not.toContain(0);
      }
    const letters = [...new Set(words.flatMap((word) => [...word.replace(/\p{Mark}/gu, '')]))];
    expect(new Set(await Promise.all(letters.map(pixels))).size).toBe(letters.length);
    expect(await pixels(words[0])).not.toBe(await pixels(words[1]));
  });
});

it('Arabic letters join', async (context) => {
  const letters = await lettersOf('محمد', 'regular');
  context.skip(letters.length === 0, 'No font of this computer has Arabic letters.');
  expect(await pixels('محمد')).not.toBe(await pixels([...'محمد'].join('\u200c')));
});
