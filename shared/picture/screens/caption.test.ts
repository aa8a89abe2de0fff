import { describe, expect, it } from 'vitest';
import { nodeImageTools } from '../../../tray/image/node-image-tools.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../wire/schemas.ts';
import type { Caption, ImageTools } from '../picture.ts';
import { captionBlock } from './caption.ts';

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
  captionBlock(tools, caption, DEFAULT_PICTURE_SETTINGS, roomPx);

describe('a caption', () => {
  it('has a long name in two lines, and a short one in one', async () => {
    const [short] = (await block({ customerName: 'Åsa Lindström' }, 200)).parts;
    const [long] = (await block({ customerName: 'Maria Fernanda Oliveira dos Santos Ribeiro' }, 200)).parts;
    expect(short?.images).toHaveLength(1);
    expect(long?.images).toHaveLength(2);
    for (const { width } of long?.images ?? []) expect(width).toBeLessThanOrEqual(304);
  });

  // Money was cut with an ellipsis: `MUR 123,456,7…`.
  it.each([
    { amount: '123456789012345678901234.56', currency: 'MUR' },
    { amount: 'one hundred and twenty rupees 50' },
    { amount: '12345678901234567890123456789012' },
  ])('never cuts money: $amount', async (caption) => {
    for (const roomPx of [200, 96]) {
      const { tools, asked } = listening();
      const { parts, heightPx } = await block({ customerName: 'Åsa Lindström', ...caption }, roomPx, tools);
      expect(asked.filter((text) => text.includes('…'))).toEqual([]);
      expect(heightPx).toBeLessThanOrEqual(roomPx);
      for (const { width } of parts[1]?.images ?? []) expect(width).toBeLessThanOrEqual(304);
    }
  });

  it('hyphenates a long name of one word rather than cutting it', async () => {
    const { tools, asked } = listening();
    const [name] = (await block({ customerName: 'Wolfeschlegelsteinhausenbergerdorff' }, 200, tools)).parts;
    expect(name?.images).toHaveLength(2);
    expect(asked.slice(-2)).toEqual(['Wolfeschlegelstein-', 'hausenbergerdorff']);
  });

  it('ends a name that no two lines hold in an ellipsis', async () => {
    const { tools, asked } = listening();
    const [name] = (await block({ customerName: 'Wolfeschlegelstein '.repeat(8) }, 200, tools)).parts;
    expect(name?.images).toHaveLength(2);
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
    expect(await block({ customerName: ' ', currency: 'MUR' }, 200)).toEqual({ parts: [], heightPx: 0 });
  });
});
