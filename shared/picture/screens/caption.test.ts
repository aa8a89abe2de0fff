import { describe, expect, it } from 'vitest';
import { nodeImageTools } from '../../../tray/image/node-image-tools.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../wire/picture.ts';
import type { Caption, ImageTools } from '../picture.ts';
import { captionBlock, captionText, NO_CAPTION, type CaptionBlock } from './caption.ts';

/** What is asked of the realm, in the order in which it is asked. */
function listening(): { readonly tools: ImageTools; readonly asked: string[] } {
  const asked: string[] = [];
  const tools: ImageTools = {
    ...nodeImageTools,
    drawText: (text, heightPx, weight) => {
      asked.push(text);
      return nodeImageTools.drawText!(text, heightPx, weight);
    },
  };
  return { tools, asked };
}

const block = (caption: Caption, roomPx: number, tools: ImageTools = nodeImageTools) =>
  captionBlock(tools, captionText(caption, DEFAULT_PICTURE_SETTINGS), roomPx, 'smooth');

/** Of a name and an amount: the lines of either, apart by what they are. */
const widthsOf = ({ lines }: CaptionBlock): readonly number[] => lines.map(({ image }) => image.width);

describe('a caption in smooth letters', () => {
  it('has a long name in two lines, and a short one in one', async () => {
    const short = await block({ customerName: 'Åsa Lindström' }, 200);
    const long = await block({ customerName: 'Maria Fernanda Oliveira dos Santos Ribeiro' }, 200);
    expect([short.lines.length, long.lines.length]).toEqual([1, 2]);
    for (const width of widthsOf(long)) expect(width).toBeLessThanOrEqual(304);
  });

  // Money was cut with an ellipsis: `MUR 123,456,7…`.
  it.each([
    { amount: '123456789012345678901234.56', currency: 'MUR' },
    { amount: 'one hundred and twenty rupees 50' },
    { amount: '12345678901234567890123456789012' },
  ])('never cuts money: $amount', async (caption) => {
    for (const roomPx of [200, 96]) {
      const { tools, asked } = listening();
      const made = await block({ customerName: 'Åsa Lindström', ...caption }, roomPx, tools);
      expect(asked.filter((text) => text.includes('…'))).toEqual([]);
      expect(made.heightPx).toBeLessThanOrEqual(roomPx);
      for (const width of widthsOf(made)) expect(width).toBeLessThanOrEqual(304);
    }
  });

  it('hyphenates a long name of one word rather than cutting it', async () => {
    const { tools, asked } = listening();
    const name = await block({ customerName: 'Wolfeschlegelsteinhausenbergerdorff' }, 200, tools);
    expect(name.lines).toHaveLength(2);
    expect(asked.slice(-2)).toEqual(['Wolfeschlegelstein-', 'hausenbergerdorff']);
  });

  it('ends a name that no two lines hold in an ellipsis', async () => {
    const { tools, asked } = listening();
    const name = await block({ customerName: 'Wolfeschlegelstein '.repeat(8) }, 200, tools);
    expect(name.lines).toHaveLength(2);
    expect(asked.at(-1)).toMatch(/…$/);
  });

  it.each([184, 136, 96, 72])('keeps within the room: %i px', async (roomPx) => {
    const caption = {
      customerName: 'Maria Fernanda Oliveira dos Santos Ribeiro',
      amount: '1234567.89',
      currency: 'MUR',
    };
    expect((await block(caption, roomPx)).heightPx).toBeLessThanOrEqual(roomPx);
  });

  it('is nothing where there is neither name nor amount', async () => {
    expect(await block({ customerName: ' ', currency: 'MUR' }, 200)).toEqual(NO_CAPTION);
  });
});

describe('a caption on the grid', () => {
  const onGrid = (caption: Caption, roomPx = 136) =>
    captionBlock(nodeImageTools, captionText(caption, DEFAULT_PICTURE_SETTINGS), roomPx, 'grid');

  it.each([
    { customerName: 'Åsa Lindström', amount: '1200.5', currency: 'THB' },
    { customerName: 'Ελένη Παπαδοπούλου', amount: '89.9', currency: 'EUR' },
    { customerName: 'Екатерина Щукина', amount: '1234567.89', currency: 'RUB' },
    { customerName: 'Nguyễn Thị Phương', amount: '2500000', currency: 'VND' },
  ])('is black and white on multiples of 4 px: $customerName', async (caption) => {
    const { lines, heightPx } = await onGrid(caption);
    expect(heightPx).toBeLessThanOrEqual(136);
    for (const { image, y, gridPx } of lines) {
      expect([gridPx, y % 4, image.width % 4, image.height % 4]).toEqual([4, 0, 0, 0]);
      expect(new Set(image.grey)).toEqual(new Set([0, 255]));
    }
  });

  // Begun within a block, each stroke cost edges in two of them, and an amount at version 13 no longer fitted.
  it.each([
    { amount: '1200.5', currency: 'THB' },
    { customerName: 'Åsa Lindström', amount: '1200.5', currency: 'THB' },
    { customerName: 'Ελένη Παπαδοπούλου', amount: '89.9', currency: 'EUR' },
    { customerName: '佐藤 健太郎', amount: '125000.5', currency: 'JPY' },
  ])('begins bold money with the blocks of the JPEG: $customerName', async (caption) => {
    const { lines } = await onGrid(caption);
    expect(lines.at(-1)!.y % 8).toBe(0);
  });

  it('keeps money on it under a name in another script', async () => {
    const { lines } = await onGrid({ customerName: '佐藤 健太郎', amount: '125000.5', currency: 'JPY' });
    expect(lines.map(({ gridPx }) => gridPx)).toEqual([1, 4]);
    for (const { y, gridPx } of lines) expect(y % gridPx).toBe(0);
  });

  it('has a long name in two lines or three, and money of many digits in thinner ones', async () => {
    expect((await onGrid({ customerName: 'Maria Fernanda Oliveira' })).lines).toHaveLength(2);
    expect((await onGrid({ customerName: 'Maria Fernanda Oliveira dos Santos' })).lines).toHaveLength(3);
    // Six words: what a space takes was not counted, and the lines came out too wide for the grid.
    expect(
      (await onGrid({ customerName: 'Ana Sofia Lima da Costa e Silva Reis' })).lines.map(({ gridPx }) => gridPx),
    ).toEqual([4, 4, 4]);
    const [bold] = (await onGrid({ amount: '1234567.89' })).lines;
    const [thin] = (await onGrid({ amount: '123456789012.5' })).lines;
    // Ten cells tall and a comma's tail, then seven and one.
    expect([bold?.image.height, thin?.image.height]).toEqual([48, 32]);
  });

  it.each([
    ['letters that are not on it', { customerName: '佐藤 健太郎' }],
    ['money that two lines do not hold', { amount: '12345678901234567890123456789012' }],
  ])('is none for %s: smooth letters are drawn', async (_, caption) => {
    expect((await onGrid(caption)).lines.map(({ gridPx }) => gridPx)).not.toContain(4);
  });
});
