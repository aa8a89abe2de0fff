import { describe, expect, it } from 'vitest';
import { gridLine } from './grid-text.ts';

const look = (text: string, weight: 'regular' | 'bold' = 'regular'): string[] => {
  const line = gridLine(text, weight);
  if (!line) return ['none'];
  const rows = Array.from({ length: line.bottom - line.top }, () => Array<string>(line.width).fill('.'));
  for (const [column, row] of line.cells) rows[row - line.top][column] = '#';
  return rows.map((row) => row.join(''));
};

const ALPHABETS = {
  Latin: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÆŒØĐÞŁßæœøðđþłħı',
  accents: 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿąćęńóśźżčďěňřšťůžğşİőűșțāēīūģķļņ',
  Vietnamese: 'ăâêôơưĂÂÊÔƠƯấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữựỳỵỷỹịỉĩọỏạảẹẻẽụủũ',
  Greek: 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰΆΈΉΊΌΎΏ',
  Cyrillic: 'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяєіїґЄІЇҐўЎћђљњџќѓ',
  digits: '0123456789',
};

describe.each(Object.entries(ALPHABETS))('%s', (_, letters) => {
  it('has every letter, and no two alike', () => {
    const looks = new Map<string, string>();
    for (const letter of new Set(letters)) {
      const drawn = look(letter).join('/');
      expect(drawn, letter).toContain('#');
      expect(looks.get(drawn), letter).toBeUndefined();
      looks.set(drawn, letter);
    }
  });
});

it('has bold digits ten cells tall, no two alike', () => {
  const looks = [...'0123456789'].map((digit) => look(digit, 'bold'));
  expect(new Set(looks.map((rows) => rows.join('/'))).size).toBe(10);
  for (const rows of looks) expect(rows).toHaveLength(10);
});

it('puts accents above the letter, in place of its dot, and keeps them apart', () => {
  expect(look('í')).toEqual(['.#', '#.', '..', '.#', '.#', '.#', '.#', '.#']);
  expect(look('ï')).toEqual(['#.#', '...', '.#.', '.#.', '.#.', '.#.', '.#.']);
  // Circumflex, then acute; a free row under them.
  expect(look('ế').slice(0, 5)).toEqual(['..#.', '.#..', '.#..', '#.#.', '....']);
  expect(look('ạ').slice(-2)).toEqual(['....', '.#..']);
});

it('is as wide as its letters: proportional', () => {
  const widthOf = (text: string) => gridLine(text, 'regular')?.width;
  expect([widthOf('i'), widthOf('n'), widthOf('m'), widthOf('ni'), widthOf('n i')]).toEqual([1, 4, 5, 6, 9]);
});

it.each(['佐藤', 'محمد', 'สมชาย', 'राजेश', 'A\ufe0f😀'])('does not know %s', (text) => {
  expect(gridLine(text, 'regular')).toBeUndefined();
});
