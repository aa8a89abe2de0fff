/**
 * What the customer sees, twenty captions at a time: names in eight scripts, eight currencies, long, short and none.
 * Run by `npm run contact-sheet`; the sheets are looked at after letters or layout have changed.
 */
import jpeg from 'jpeg-js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import type { Caption, MadePicture } from '../../../shared/picture/picture.ts';
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from '../../../shared/wire/display.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../../shared/wire/picture.ts';
import { makePictures } from '../../../tray/image/pictures.ts';

/**
 * With the bytes of the code's text, which decide its version: 40 version 3, 80 version 5, 150 version 8, 270 version
 * 12.
 */
const SHOWN: readonly (readonly [caption: Caption, textBytes: number])[] = [
  [{ customerName: 'Åsa Lindström', amount: '1200.50', currency: 'THB' }, 150],
  [{ customerName: 'Jean-François Müller', amount: '1234567.89', currency: 'MUR' }, 150],
  [{ customerName: 'Ελένη Παπαδοπούλου', amount: '89.9', currency: 'EUR' }, 150],
  [{ customerName: 'Екатерина Щукина', amount: '15000', currency: 'RUB' }, 150],
  [{ customerName: '佐藤 健太郎', amount: '125000.5', currency: 'JPY' }, 80],
  [{ customerName: 'محمد الأحمد', amount: '12.345', currency: 'KWD' }, 80],
  [{ customerName: 'สมชาย ตั้งศิริ', amount: '4990', currency: 'THB' }, 80],
  [{ customerName: 'אברהם לוי', amount: '349', currency: 'ILS' }, 80],
  [{ customerName: 'राजेश कुमार', amount: '45999', currency: 'INR' }, 270],
  [{ customerName: 'Nguyễn Thị Phương', amount: '2500000', currency: 'VND' }, 270],
  [{ customerName: 'Maria Fernanda Oliveira dos Santos', amount: '980.15', currency: 'BRL' }, 270],
  [{ customerName: 'Jo', amount: '5', currency: 'USD' }, 270],
  [{ customerName: 'Wolfeschlegelsteinhausenbergerdorff', amount: '250', currency: 'EUR' }, 40],
  [{ customerName: 'Krzysztof Żółkiewski', amount: '1999.99', currency: 'PLN' }, 40],
  [{ amount: '987654321.00', currency: 'MUR' }, 40],
  [{ customerName: 'Siobhán Ó Ceallaigh' }, 40],
  [{ amount: '12345678901234567890.12', currency: 'MUR' }, 80],
  [{ customerName: 'Олександра Ґалаґан', amount: 'zwölf Euro', currency: 'EUR' }, 150],
  [{ customerName: 'Ø. Ågård & Søn A/S', amount: '76.5', currency: 'DKK' }, 270],
  [{}, 150],
];
const COLUMNS = 5;
const GAP_PX = 16;

const textOf = (bytes: number): string => `https://pay.example/${'i8f3a9c2e'.repeat(40)}`.slice(0, bytes);

function sheetOf(pictures: readonly MadePicture[]): PNG {
  const rows = Math.ceil(pictures.length / COLUMNS);
  const width = COLUMNS * (DISPLAY_WIDTH + GAP_PX) + GAP_PX;
  const height = rows * (DISPLAY_HEIGHT + GAP_PX) + GAP_PX;
  const sheet = new PNG({ width, height });
  sheet.data.fill(0x70);
  for (let at = 3; at < sheet.data.length; at += 4) sheet.data[at] = 255;
  pictures.forEach((picture, i) => {
    const { data } = jpeg.decode(picture.jpeg, { useTArray: true });
    const left = GAP_PX + (i % COLUMNS) * (DISPLAY_WIDTH + GAP_PX);
    const top = GAP_PX + Math.floor(i / COLUMNS) * (DISPLAY_HEIGHT + GAP_PX);
    for (let y = 0; y < DISPLAY_HEIGHT; y++)
      sheet.data.set(data.subarray(y * DISPLAY_WIDTH * 4, (y + 1) * DISPLAY_WIDTH * 4), ((top + y) * width + left) * 4);
  });
  return sheet;
}

/** For a page of documentation: half the size, in grey. */
function halved({ width, height, data }: PNG): Buffer {
  const half = new PNG({ width: width / 2, height: height / 2 });
  for (let y = 0; y < half.height; y++)
    for (let x = 0; x < half.width; x++) {
      const at = (y * 2 * width + x * 2) * 4;
      const sum = [0, 4, width * 4, width * 4 + 4].reduce((total, next) => total + (data[at + next] ?? 0), 0);
      half.data.fill(Math.round(sum / 4), (y * half.width + x) * 4, (y * half.width + x) * 4 + 3);
      half.data[(y * half.width + x) * 4 + 3] = 255;
    }
  return PNG.sync.write(half, { colorType: 0 });
}

const { positionals } = parseArgs({ allowPositionals: true });
const folder = positionals[0] ?? join(import.meta.dirname, '../../../docs/pictures');
mkdirSync(folder, { recursive: true });
const maker = await makePictures();
for (const baudRate of [9_600, 115_200]) {
  const pictures: MadePicture[] = [];
  for (const [caption, textBytes] of SHOWN)
    pictures.push(
      await maker.make(
        { kind: 'qr', source: { kind: 'text', text: textOf(textBytes) }, caption },
        { settings: DEFAULT_PICTURE_SETTINGS, baudRate },
      ),
    );
  writeFileSync(join(folder, `captions-${baudRate}.png`), halved(sheetOf(pictures)));
  console.log(`${baudRate} baud: ${pictures.map(({ facts }) => facts.bytes).join(', ')} bytes`);
}
