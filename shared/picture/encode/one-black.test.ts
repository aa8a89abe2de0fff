/**
 * Modules of 8 px had two blacks, 1 and 32 of 255, whichever was cheaper beside its neighbours; a customer saw a
 * chequered code.
 */
import jpeg from 'jpeg-js';
import { expect, it } from 'vitest';
import { drawText } from '../qr/draw.ts';
import { qrSheet } from '../screens/qr-screen.ts';
import { writePanel } from '../write-panel.ts';

it.each([14, 40, 66, 80])('black is one black in a code of %i bytes at 8 px', (length) => {
  const symbol = drawText('https://pay.example/'.padEnd(length, 'x7Q'), 'M');
  const { bitmap, placed } = qrSheet(symbol, 8);
  const { data, width } = jpeg.decode(writePanel(bitmap, 'crisp'), { useTArray: true });
  const levels = new Set<number>();
  symbol.matrix.dark.forEach((isDark, i) => {
    const [column, row] = [i % symbol.matrix.size, Math.floor(i / symbol.matrix.size)];
    if (isDark === 1) levels.add(data[((placed.y + row * 8 + 4) * width + placed.x + column * 8 + 4) * 4] ?? -1);
  });
  expect([...levels]).toHaveLength(1);
  expect(Math.max(...levels)).toBeLessThan(40);
});
