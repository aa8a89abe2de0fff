import { describe, expect, it } from 'vitest';
import { nodeImageTools } from '../../tray/image/node-image-tools.ts';
import { existsSync } from 'node:fs';
import { othersFor } from '../../tray/image/text/system-fonts.ts';
import { lookOf, overlaid, piecesOf, STACKED_THAI } from '../../tests/support/corpus/ink.ts';
import { because, noTool } from '../../tests/support/requirements.ts';
import { drawLine, fitBlock, fitLine } from './text-layout.ts';
import type { ImageTools } from './picture.ts';

/** The tray draws Thai with one of these, which not every machine has; all letters fall back on the others. */
const ofThai = othersFor('ส').filter((path) => !othersFor('a').includes(path));
const noThai = ofThai.some((path) => existsSync(path))
  ? undefined
  : (noTool('a font with Thai letters') ?? `none of the fonts with which the tray draws Thai: ${ofThai.join(', ')}`);
const line = { heightPx: 40, weight: 'bold', leastHeightPx: 20 } as const;

describe('fitLine', () => {
  it('draws what fits at its full height', async () => {
    const image = await fitLine(nodeImageTools, 'Åsa', line, 300);
    expect(image?.height).toBe(56);
    expect(image?.grey.some((level) => level < 20)).toBe(true);
  });

  it('shrinks first, then shortens', async () => {
    const shrunk = await fitLine(nodeImageTools, 'Wolfeschlegelstein', line, 300);
    expect(shrunk?.width).toBeLessThanOrEqual(300);
    expect(shrunk?.height).toBeLessThan(56);
    const cut = await fitLine(nodeImageTools, 'Wolfeschlegelsteinhausenbergerdorff'.repeat(4), line, 300);
    expect(cut?.width).toBeLessThanOrEqual(300);
    expect(cut?.height).toBe(28);
  });

  it('never cuts a letter apart', async () => {
    const asked: string[] = [];
    const tools: ImageTools = {
      ...nodeImageTools,
      drawText: async (text) => {
        asked.push(text);
        return {
          width: 10 * [...text].length,
          height: 14,
          data: new Uint8ClampedArray(10 * [...text].length * 14 * 4),
        };
      },
    };
    // A family is one letter of seven code points; e with an accent is two.
    await fitLine(tools, '👨‍👩‍👧‍👦e\u0301'.repeat(9), line, 100);
    for (const text of asked) expect('👨‍👩‍👧‍👦e\u0301'.repeat(9).startsWith(text.replace('…', ''))).toBe(true);
    expect(asked.at(-1)?.replace('…', '')).toMatch(/(👨‍👩‍👧‍👦|e\u0301)$/u);
  });

  it('draws nothing for white space, and nothing where the realm draws no text', async () => {
    expect(await fitLine(nodeImageTools, '  \n', line, 300)).toBeUndefined();
    expect(await fitLine({}, 'text', line, 300)).toBeUndefined();
  });
});

describe('marks over a Thai letter', () => {
  it.skipIf(noThai !== undefined)(`are not cut off at the top: no ink in the first row${because(noThai)}`, async () => {
    for (const word of ['ที่', 'ตั้ง', 'ญี่ปุ่น', 'น้ำ']) {
      const { width, data } = await nodeImageTools.drawText!(word, 40, 'bold');
      expect(Math.min(...data.subarray(0, width * 4)), word).toBe(255);
      expect((await drawLine(nodeImageTools, word, 40, 'bold'))?.height, word).toBeGreaterThan(56);
    }
  });

  it.skipIf(noThai !== undefined).each(STACKED_THAI)(
    `do not run into each other: $letter$vowel$tone${because(noThai)}`,
    async ({ letter, vowel, tone }) => {
      const draw = async (text: string) => {
        const { width, data } = await nodeImageTools.drawText!(text, 40, 'bold');
        return { look: lookOf(data), width };
      };
      const piecesIn = async (text: string): Promise<number> => {
        const { look, width } = await draw(text);
        return piecesOf(look, width);
      };
      const alone = await piecesIn(letter);
      expect(await piecesIn(letter + vowel)).toBe(alone + 1);
      expect(await piecesIn(letter + tone)).toBe(alone + 1);
      expect(await piecesIn(letter + vowel + tone)).toBe(alone + 2);
      // Both at the height at which each stands alone: what this test is there to find.
      const [low, other] = [await draw(letter + vowel), await draw(letter + tone)];
      const collided = overlaid(low.look, other.look);
      expect(piecesOf(collided, low.width)).toBe(alone + 1);
    },
  );

  it('do not lower a line of other letters', async () => {
    expect((await drawLine(nodeImageTools, 'Åsa Ấ', 40, 'bold'))?.height).toBe(56);
  });
});

describe('fitBlock', () => {
  it('takes the largest letters that the box allows', async () => {
    const box = { width: 288, height: 300, largestPx: 90, leastPx: 16, weight: 'bold' } as const;
    const short = await fitBlock(nodeImageTools, 'B2', box);
    const long = await fitBlock(nodeImageTools, 'The counter opens again at two o’clock in the afternoon', box);
    expect(short.lines[0]?.height).toBe(126);
    expect(long.lines.length).toBeGreaterThan(2);
    expect(long.step * long.lines.length).toBeLessThanOrEqual(310);
    for (const { width } of long.lines) expect(width).toBeLessThanOrEqual(288);
  });
});
