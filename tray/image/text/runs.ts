/**
 * Letters in the order in which they stand: Arabic and Hebrew from right to left, numbers among them from left to right
 * (UAX #9).
 */
import bidiFactory from 'bidi-js';
import type { Font } from 'fontkit';
import type { FontLetter } from './fonts.ts';

/** Letters of one font and one direction. */
export interface Run {
  readonly font: Font;
  readonly direction: 'ltr' | 'rtl';
  /** As it is read; who draws it turns it round. */
  readonly text: string;
}

const bidi = bidiFactory();

interface LevelRun extends Run {
  /** Odd runs from right to left; each level is nested in the one below. */
  readonly level: number;
}

/** From left to right. */
export function runsOf(letters: readonly FontLetter[]): readonly Run[] {
  const whole = letters.map(({ text }) => text).join('');
  // The first letter with a direction gives the line its own.
  const { levels } = bidi.getEmbeddingLevels(whole, 'auto');
  const runs: LevelRun[] = [];
  let at = 0;
  for (const { text, font } of letters) {
    const level = levels[at] ?? 0;
    at += text.length;
    const direction = level % 2 === 1 ? 'rtl' : 'ltr';
    const drawn = direction === 'rtl' ? (bidi.getMirroredCharacter(text) ?? text) : text;
    const last = runs.at(-1);
    if (last?.font === font && last.level === level) runs[runs.length - 1] = { ...last, text: last.text + drawn };
    else runs.push({ font, direction, level, text: drawn });
  }
  return turned(runs);
}

/** Rule L2: from the highest level down to the lowest odd one, whatever is of that level or higher is turned round. */
function turned(runs: readonly LevelRun[]): readonly LevelRun[] {
  const order = [...runs];
  for (let level = Math.max(0, ...runs.map((run) => run.level)); level > 0; level--)
    for (let from = 0; from < order.length; from++) {
      let to = from;
      while (to < order.length && order[to].level >= level) to++;
      if (to > from) order.splice(from, to - from, ...order.slice(from, to).reverse());
      from = to;
    }
  return order;
}
