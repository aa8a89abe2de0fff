/** The screens without a code. */
import { fitLine, stampCentred, type LineStyle } from '../lettering.ts';
import { BLACK, Paper } from '../paper.ts';
import type { ImageTools, Screen } from '../picture.ts';

type PlainScreen = Exclude<Screen, { kind: 'qr' }>;

export async function composeScreen(screen: PlainScreen, tools: ImageTools): Promise<Paper> {
  const paper = new Paper();
  const line = async (text: string, y: number, style: LineStyle): Promise<void> => {
    const image = await fitLine(tools, text, style, paper.width - 32);
    if (image) stampCentred(paper, image, y);
  };
  switch (screen.kind) {
    case 'idle':
      paper.fill(96, 176, 128, 128, BLACK);
      break;
    case 'paid':
      await line('✓', 140, { heightPx: 120, weight: 'bold' });
      await line(screen.caption?.amount ?? '', 320, { heightPx: 44, weight: 'bold', leastHeightPx: 26 });
      break;
    case 'cancelled':
      await line('✕', 140, { heightPx: 120, weight: 'bold' });
      break;
    case 'test':
      for (let x = 0; x < 320; x += 2) paper.fill(x, 40, 1, 80, BLACK);
      for (let step = 0; step < 8; step++) paper.fill(step * 40, 140, 40, 80, Math.round((step * 255) / 7));
      await line(screen.deviceName, 260, { heightPx: 28, weight: 'bold', leastHeightPx: 16 });
      await line(`${screen.baudRate} baud`, 320, { heightPx: 24, weight: 'regular' });
      await line(screen.time, 370, { heightPx: 20, weight: 'regular', leastHeightPx: 12 });
      break;
    case 'pairing':
      await line(screen.code, 200, { heightPx: 64, weight: 'bold', leastHeightPx: 32 });
      break;
    case 'identify':
      await line(screen.deviceName, 210, { heightPx: 48, weight: 'bold', leastHeightPx: 18 });
      break;
    case 'message':
      await line(screen.text, 220, { heightPx: 32, weight: 'bold', leastHeightPx: 16 });
      break;
  }
  return paper;
}
