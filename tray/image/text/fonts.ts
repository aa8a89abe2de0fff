/**
 * Which font draws which letter: Noto Sans, which travels with the program, then what the computer has for other
 * scripts.
 */
import { create, type Font } from 'fontkit';
import { readFile } from 'node:fs/promises';
import { readFont } from '../../assets.ts';
import { othersFor } from './system-fonts.ts';

export type Weight = 'regular' | 'bold';

/** Parts of Noto Sans, most used first; each has its own letters only. */
const PARTS = [
  'latin',
  'latin-ext',
  'vietnamese',
  'greek',
  'greek-ext',
  'cyrillic',
  'cyrillic-ext',
  'devanagari',
] as const;
type FontPart = (typeof PARTS)[number];

const opened = new Map<string, Promise<Font | undefined>>();

function open(key: string, read: () => Promise<Uint8Array>): Promise<Font | undefined> {
  let font = opened.get(key);
  if (!font) {
    // A font that is not there or is not understood only means that the next one is asked.
    font = read().then(
      (bytes) => oneFont(Buffer.from(bytes)),
      () => undefined,
    );
    opened.set(key, font);
  }
  return font;
}

function oneFont(bytes: Buffer): Font | undefined {
  try {
    const font = create(bytes);
    return 'fonts' in font ? font.fonts[0] : font;
  } catch {
    return undefined;
  }
}

const part = (name: FontPart, weight: Weight): Promise<Font | undefined> =>
  open(`${name}-${weight}`, () => readFont(name, weight));

/** Joiners, signs of direction and variation selectors, which fonts need not have. */
const isInvisible = (code: number): boolean =>
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x2069) ||
  (code >= 0xfe00 && code <= 0xfe0f);

const has = (font: Font, letter: string): boolean =>
  [...letter].every((char) => {
    const code = char.codePointAt(0) ?? 0;
    return isInvisible(code) || font.hasGlyphForCodePoint(code);
  });

async function fontFor(letter: string, weight: Weight): Promise<Font | undefined> {
  for (const name of PARTS) {
    const font = await part(name, weight);
    if (font && has(font, letter)) return font;
  }
  for (const path of othersFor(letter)) {
    const font = await open(path, () => readFile(path));
    if (font && has(font, letter)) return font;
  }
  return undefined;
}

/** A letter as a reader sees it, and the font that draws it. */
export interface FontLetter {
  readonly text: string;
  readonly font: Font;
}

/**
 * What no font of this computer has is drawn without its accents, else left out: a box would tell the customer nothing.
 * In the order in which it is read.
 */
export async function lettersOf(text: string, weight: Weight): Promise<readonly FontLetter[]> {
  const letters: FontLetter[] = [];
  for (const { segment } of new Intl.Segmenter().segment(ordered(text.normalize('NFC')))) {
    const last = letters.at(-1);
    // A space belongs to the word before it, whatever font that is in.
    if (last && segment === ' ' && has(last.font, segment)) {
      letters.push({ text: segment, font: last.font });
      continue;
    }
    for (const form of new Set([segment, plainFormOf(segment)])) {
      const font = form === '' ? undefined : await fontFor(form, weight);
      if (!font) continue;
      letters.push({ text: form, font });
      break;
    }
  }
  return letters;
}

/**
 * Thai SARA AM is a ring and a vowel: a tone mark that is written before it stands above the ring. Fonts expect them
 * so.
 */
const ordered = (text: string): string => text.replace(/([\u0e48-\u0e4b])\u0e33/gu, '\u0e4d$1\u0e32');

/** `ｅ` and `ẽ̱` as `e`. */
const plainFormOf = (letter: string): string => letter.normalize('NFKD').replace(/\p{Mark}/gu, '');
