/** Which files of this computer may have a letter that the program's own font has not. */
import { join } from 'node:path';

/** What Windows and Debian have for scripts that Noto Sans leaves to others; the first that has the letter is taken. */
interface Others {
  readonly letters: RegExp;
  readonly win32: readonly string[];
  readonly linux: readonly string[];
}

/**
 * By script, because these files are up to 20 MB: a name opens those of its own letters only. The last are for letters
 * of any kind.
 */
const OTHERS: readonly Others[] = [
  {
    letters: /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u,
    win32: ['LeelawUI.ttf', 'tahoma.ttf'],
    linux: ['truetype/noto/NotoSansThai-Regular.ttf', 'truetype/noto/NotoSansLao-Regular.ttf', 'truetype/noto/NotoSansKhmer-Regular.ttf', 'truetype/tlwg/Garuda.ttf'],
  },
  {
    letters: /[\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}]/u,
    win32: ['Nirmala.ttf', 'Nirmala.ttc'],
    linux: ['Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'].map((script) => `truetype/noto/NotoSans${script}-Regular.ttf`),
  },
  { letters: /[\p{Script=Ethiopic}\p{Script=Nko}\p{Script=Tifinagh}]/u, win32: ['ebrima.ttf'], linux: ['truetype/noto/NotoSansEthiopic-Regular.ttf'] },
  { letters: /\p{Script=Myanmar}/u, win32: ['mmrtext.ttf'], linux: ['truetype/noto/NotoSansMyanmar-Regular.ttf'] },
  { letters: /\p{Script=Hangul}/u, win32: ['malgun.ttf'], linux: ['opentype/noto/NotoSansCJK-Regular.ttc'] },
  {
    letters: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u,
    win32: ['msyh.ttc', 'YuGothR.ttc', 'msgothic.ttc', 'simsun.ttc', 'malgun.ttf'],
    linux: ['opentype/noto/NotoSansCJK-Regular.ttc', 'truetype/wqy/wqy-zenhei.ttc'],
  },
  {
    letters: /./su,
    win32: ['segoeui.ttf', 'arial.ttf', 'seguisym.ttf', 'gadugi.ttf'],
    linux: ['truetype/noto/NotoSansArabic-Regular.ttf', 'truetype/noto/NotoSansHebrew-Regular.ttf', 'truetype/dejavu/DejaVuSans.ttf', 'truetype/noto/NotoSansSymbols2-Regular.ttf'],
  },
]; // prettier-ignore

const fontFolder =
  process.platform === 'win32' ? join(process.env.WINDIR ?? 'C:\\Windows', 'Fonts') : '/usr/share/fonts';

/** Paths, the likeliest first. Not each of them is there. */
export function othersFor(letter: string): readonly string[] {
  const platform = process.platform === 'win32' ? 'win32' : 'linux';
  return OTHERS.filter(({ letters }) => letters.test(letter)).flatMap((others) =>
    others[platform].map((file) => join(fontFolder, file)),
  );
}
