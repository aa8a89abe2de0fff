/** Codes as web apps send them: sized, coloured, turned, decorated, compressed; as a data URI. */
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import type { Modules } from './codes.ts';

export type Colour = readonly [red: number, green: number, blue: number];

export interface Look {
  /** Whole image's side in px, before a card is put around. */
  readonly sizePx: number;
  /** White around the code, in modules. */
  readonly quiet: number;
  readonly dark?: Colour;
  /** `transparent`: as many libraries do. */
  readonly light?: Colour | 'transparent';
  readonly style?: 'squares' | 'dots' | 'antialiased';
  /** Quarter turns clockwise. */
  readonly turns?: 0 | 1 | 2 | 3;
  readonly mirrored?: boolean;
  /** Side of a sign in the middle, as a share of the code's side. */
  readonly logo?: number;
  /** A card with a coloured head and lines of "text" around the code. */
  readonly card?: boolean;
  /** 1…100: a JPEG instead of a PNG. */
  readonly jpegQuality?: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA */
  readonly data: Uint8Array;
}

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

export function blank(width: number, height: number, [red, green, blue]: Colour): Picture {
  const data = new Uint8Array(width * height * 4);
  for (let at = 0; at < data.length; at += 4) data.set([red, green, blue, 255], at);
  return { width, height, data };
}

/** How dark the point is, 0 or 1; in modules, from the code's corner. */
function inkAt(modules: Modules, style: Look['style'], x: number, y: number): number {
  const size = modules.length;
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (modules[row]?.[column] !== true) return 0;
  const inEye = (column < 7 && row < 7) || (column < 7 && row >= size - 7) || (column >= size - 7 && row < 7);
  if (style !== 'dots' || inEye) return 1;
  return Math.hypot(x - column - 0.5, y - row - 0.5) <= 0.48 ? 1 : 0;
}

const SUBPIXELS = 3;

export function paintCode(modules: Modules, look: Look): Picture {
  const { sizePx, quiet, dark = BLACK, light = WHITE, style = 'squares', turns = 0, mirrored = false } = look;
  const span = modules.length + 2 * quiet;
  const perPx = span / sizePx;
  const picture = blank(sizePx, sizePx, light === 'transparent' ? WHITE : light);
  const inkOf = (px: number, py: number): number => {
    let [x, y] = [px * perPx, py * perPx];
    for (let turn = 0; turn < turns; turn++) [x, y] = [y, span - x];
    if (mirrored) x = span - x;
    return inkAt(modules, style, x - quiet, y - quiet);
  };
  for (let row = 0; row < sizePx; row++)
    for (let column = 0; column < sizePx; column++) {
      let ink = 0;
      if (style === 'squares') ink = inkOf(column + 0.5, row + 0.5);
      else
        for (let i = 0; i < SUBPIXELS * SUBPIXELS; i++)
          ink +=
            inkOf(column + ((i % SUBPIXELS) + 0.5) / SUBPIXELS, row + (Math.floor(i / SUBPIXELS) + 0.5) / SUBPIXELS) /
            SUBPIXELS ** 2;
      const at = (row * sizePx + column) * 4;
      if (light === 'transparent') picture.data.set([...dark, Math.round(255 * ink)], at);
      else
        for (let c = 0; c < 3; c++)
          picture.data[at + c] = Math.round((light[c] ?? 0) * (1 - ink) + (dark[c] ?? 0) * ink);
    }
  if (look.logo !== undefined) paintLogo(picture, (look.logo * modules.length) / perPx);
  return look.card === true ? onCard(picture) : picture;
}

/** A red ring on white in the middle. */
function paintLogo(picture: Picture, side: number): void {
  const middle = picture.width / 2;
  for (let y = Math.floor(middle - side / 2); y < middle + side / 2; y++)
    for (let x = Math.floor(middle - side / 2); x < middle + side / 2; x++) {
      const distance = Math.hypot(x - middle, y - middle) / side;
      const colour: Colour = distance < 0.42 && distance > 0.2 ? [200, 20, 40] : WHITE;
      picture.data.set([...colour, 255], (y * picture.width + x) * 4);
    }
}

function stamp(on: Picture, from: Picture, left: number, top: number): void {
  for (let y = 0; y < from.height; y++)
    on.data.set(from.data.subarray(y * from.width * 4, (y + 1) * from.width * 4), ((top + y) * on.width + left) * 4);
}

export function fill(on: Picture, left: number, top: number, width: number, height: number, colour: Colour): void {
  stamp(on, blank(width, height, colour), left, top);
}

function onCard(code: Picture): Picture {
  const margin = Math.round(code.width * 0.15);
  const head = Math.round(code.width * 0.3);
  const card = blank(code.width + 2 * margin, code.height + 2 * margin + head + margin, [235, 240, 250]);
  fill(card, 0, 0, card.width, head, [20, 70, 160]);
  const line = Math.max(4, Math.round(margin / 6));
  for (let i = 0; i < 2; i++)
    fill(card, margin, head + margin + code.height + line * (1 + 3 * i), code.width - i * margin, line, [60, 60, 70]);
  stamp(card, code, margin, head + margin);
  return card;
}

export function beside(a: Picture, b: Picture): Picture {
  const both = blank(a.width + b.width, Math.max(a.height, b.height), WHITE);
  stamp(both, a, 0, 0);
  stamp(both, b, a.width, 0);
  return both;
}

export function toDataUri({ width, height, data }: Picture, jpegQuality?: number): string {
  if (jpegQuality !== undefined) {
    const file = jpeg.encode({ width, height, data }, jpegQuality).data;
    return `data:image/jpeg;base64,${Buffer.from(file).toString('base64')}`;
  }
  const png = new PNG({ width, height });
  png.data = Buffer.from(data);
  return `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`;
}
