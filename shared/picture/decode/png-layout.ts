/** How a PNG's rows lie: in one pass, or in the seven of Adam7 (PNG, 8.2). */

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a sample. */
  readonly depth: number;
  readonly colourType: number;
  /** A pixel. */
  readonly samples: number;
  readonly interlaced: boolean;
}

export interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly columns: number;
  readonly rows: number;
}

/** Where each of Adam7's passes starts and how far apart its pixels are: x, y, step x, step y. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes of a file, each with its size in pixels; those without pixels are left out. */
export function passesOf({ width, height, interlaced }: PngHeader): readonly Pass[] {
  const all = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return all
    .map(([x, y, stepX, stepY]) => ({
      ...{ x, y, stepX, stepY },
      columns: Math.ceil(Math.max(0, width - x) / stepX),
      rows: Math.ceil(Math.max(0, height - y) / stepY),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** A row of a pass in bytes, without the byte that names its filter. */
export const rowBytes = (columns: number, { depth, samples }: PngHeader): number =>
  Math.ceil((columns * depth * samples) / 8);

/** What the pixel data unpack to. */
export const dataLength = (header: PngHeader): number =>
  passesOf(header).reduce((sum, { columns, rows }) => sum + rows * (1 + rowBytes(columns, header)), 0);
