/** Which font draws which letter: Noto Sans, which travels with the program, then what the computer has for other scripts. */
import { create, type Font } from 'fontkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFont } from '../../assets.ts';

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
export type FontPart = (typeof PARTS)[number];

/** Files that Windows and Debian have for scripts that Noto Sans leaves to others; the first that has the letter is taken. */
const SYSTEM_FONTS: Readonly<
  Partial<Record<NodeJS.Platform, { readonly folder: string; readonly files: readonly string[] }>>
> = {
  win32: {
    folder: join(process.env.WINDIR ?? 'C:\\Windows', 'Fonts'),
    // Arabic, Hebrew, Armenian, Georgian; Thai, Lao, Khmer; India; Ethiopia; Myanmar; China, Korea, Japan; signs.
    files: [
      'segoeui.ttf', 'LeelawUI.ttf', 'Nirmala.ttf', 'Nirmala.ttc', 'ebrima.ttf', 'mmrtext.ttf',
      'msyh.ttc', 'malgun.ttf', 'YuGothR.ttc', 'msgothic.ttc', 'seguisym.ttf',
    ], // prettier-ignore
  },
  linux: {
    folder: '/usr/share/fonts',
    files: [
      'truetype/noto/NotoSansThai-Regular.ttf', 'truetype/noto/NotoSansArabic-Regular.ttf',
      'opentype/noto/NotoSansCJK-Regular.ttc', 'truetype/dejavu/DejaVuSans.ttf',
    ], // prettier-ignore
  },
};

/** Letters of one script in one font. */
export interface Run {
  readonly font: Font;
  text: string;
}

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

/** Joiners, direction marks and variation selectors, which fonts need not have. */
const isInvisible = (code: number): boolean =>
  (code >= 0x200b && code <= 0x200f) || code === 0x2060 || (code >= 0xfe00 && code <= 0xfe0f);

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
  const system = SYSTEM_FONTS[process.platform];
  for (const file of system?.files ?? []) {
    const font = await open(file, () => readFile(join(system?.folder ?? '', file)));
    if (font && has(font, letter)) return font;
  }
  // Nobody has it: the empty box of the first font says so.
  return part('latin', weight);
}

export async function runsOf(text: string, weight: Weight): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const { segment } of new Intl.Segmenter().segment(text.normalize('NFC'))) {
    const last = runs.at(-1);
    // A space belongs to the word before it, whatever font that is in.
    const font = last && segment === ' ' && has(last.font, segment) ? last.font : await fontFor(segment, weight);
    if (!font) continue;
    if (last?.font === font) last.text += segment;
    else runs.push({ font, text: segment });
  }
  return runs;
}
