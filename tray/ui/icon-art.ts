/**
 * Draws the program's icon at any size: a rounded square in the colour of the state, with the three finders of a QR
 * code on it. One drawing serves the notification area (three colours) and the executable's own icon.
 */
export type IconColour = 'green' | 'amber' | 'red' | 'brand';

const RGB: Readonly<Record<IconColour, readonly [number, number, number]>> = {
  green: [0x1a, 0x8f, 0x3c],
  amber: [0xe0, 0x8a, 0x00],
  red: [0xc6, 0x28, 0x28],
  brand: [0x16, 0x4a, 0x8a],
};

/** The code on the icon, in fifteenths of the icon's inner square: finders as 5 x 5 rings, a few modules between. */
const GLYPH = [
  '#####.#.#.#####',
  '#...#..#..#...#',
  '#.#.#.##..#.#.#',
  '#...#..#..#...#',
  '#####.#.#.#####',
  '.....##..#.....',
  '#.#.#..#.#.##.#',
  '.#.##.#.##.#.#.',
  '##..#..#..##..#',
  '.......##.#.#.#',
  '#####.#..##..#.',
  '#...#..##..#.##',
  '#.#.#.#..#.##..',
  '#...#.##.#..#.#',
  '#####.#.#.##.#.',
] as const;

/** RGBA, `size` x `size`, rows from the top, not premultiplied. */
export function drawIcon(size: number, colour: IconColour): Uint8Array {
  const pixels = new Uint8Array(size * size * 4);
  const [r, g, b] = RGB[colour];
  const corner = size * 0.18;
  const margin = size * 0.16;
  const inner = size - 2 * margin;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const at = (y * size + x) * 4;
      const outside = Math.hypot(beyond(x + 0.5, corner, size), beyond(y + 0.5, corner, size)) > corner;
      if (outside) continue;
      pixels.set(
        isModule((x + 0.5 - margin) / inner, (y + 0.5 - margin) / inner, size) ? [255, 255, 255] : [r, g, b],
        at,
      );
      pixels[at + 3] = 255;
    }
  return pixels;
}

/** How far a coordinate lies inside the zone of a rounded corner. */
function beyond(value: number, corner: number, size: number): number {
  return Math.max(corner - value, value - (size - corner), 0);
}

/** `u`, `v` in 0…1 over the inner square. Small icons show the finders only; modules would blur to grey. */
function isModule(u: number, v: number, size: number): boolean {
  if (u < 0 || v < 0 || u >= 1 || v >= 1) return false;
  const column = Math.floor(u * GLYPH.length);
  const row = Math.floor(v * GLYPH.length);
  const inFinder = (row < 5 && (column < 5 || column > 9)) || (row > 9 && column < 5);
  if (size < 32 && !inFinder) return row > 9 && column > 9 && (row + column) % 3 !== 0;
  return GLYPH[row]?.[column] === '#';
}
