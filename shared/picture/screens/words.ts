/** Screens that are nothing but words, as large as they fit: read from where the agent or the technician stands. */
import { fitBlock, fitLine, stampBlock, stampCentred } from '../text-layout.ts';
import { Bitmap } from '../bitmap.ts';
import type { ImageTools } from '../picture.ts';

const WIDTH = 288;

/** In two lines, as people read such codes aloud. */
export async function pairingScreen(code: string, tools: ImageTools): Promise<Bitmap> {
  const bitmap = new Bitmap();
  const letters = [...code];
  const half = Math.ceil(letters.length / 2);
  const style = { heightPx: 136, weight: 'bold', leastHeightPx: 32 } as const;
  const halves = [letters.slice(0, half).join(''), letters.slice(half).join('')];
  for (const [i, text] of halves.entries()) {
    const line = await fitLine(tools, text, style, WIDTH);
    if (line) stampCentred(bitmap, line, 64 + i * 152);
  }
  return bitmap;
}

export async function identifyScreen(deviceName: string, tools: ImageTools): Promise<Bitmap> {
  const bitmap = new Bitmap();
  const style = { width: WIDTH, height: 416, largestPx: 96, leastPx: 20, weight: 'bold' } as const;
  stampBlock(bitmap, await fitBlock(tools, deviceName, style), 32, 416);
  return bitmap;
}

export async function messageScreen(text: string, tools: ImageTools): Promise<Bitmap> {
  const bitmap = new Bitmap();
  const style = { width: WIDTH, height: 416, largestPx: 48, leastPx: 18, weight: 'bold' } as const;
  stampBlock(bitmap, await fitBlock(tools, text, style), 32, 416);
  return bitmap;
}
