/** Unpacked rows of a PNG to RGBA: filters undone, samples of any depth, palette and transparency applied. */
import type { Raster } from '../picture.ts';
import { passesOf, rowBytes, type Pass, type PngHeader } from './png-layout.ts';

interface Extras {
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
}

export function readSamples(data: Uint8Array, header: PngHeader, extras: Extras): Raster {
  const { width, height } = header;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const toPixel = pixelWriter(header, extras);
  let at = 0;
  for (const pass of passesOf(header)) at = readPass(data, at, pass);
  return { width, height, data: rgba };

  function readPass(from: Uint8Array, start: number, { x, y, stepX, stepY, columns, rows }: Pass): number {
    const bytes = rowBytes(columns, header);
    const pixelBytes = Math.max(1, (header.depth * header.samples) >> 3);
    let before: Uint8Array = new Uint8Array(bytes);
    for (let row = 0; row < rows; row++) {
      const begin = start + row * (bytes + 1);
      const line = from.subarray(begin + 1, begin + 1 + bytes);
      unfilter(from[begin], line, before, pixelBytes);
      for (let column = 0; column < columns; column++)
        toPixel(line, column, rgba, ((y + row * stepY) * width + x + column * stepX) * 4);
      before = line;
    }
    return start + rows * (bytes + 1);
  }
}

/** In place (PNG, 9.2). @param before the row above, unfiltered; zeros above the first */
function unfilter(filter: number, line: Uint8Array, before: Uint8Array, pixelBytes: number): void {
  switch (filter) {
    case 1:
      for (let i = pixelBytes; i < line.length; i++) line[i] += line[i - pixelBytes];
      return;
    case 2:
      for (let i = 0; i < line.length; i++) line[i] += before[i];
      return;
    case 3:
      for (let i = 0; i < line.length; i++) {
        const left = i < pixelBytes ? 0 : line[i - pixelBytes];
        line[i] += (left + before[i]) >> 1;
      }
      return;
    case 4:
      for (let i = 0; i < line.length; i++) {
        const [left, corner] = i < pixelBytes ? [0, 0] : [line[i - pixelBytes], before[i - pixelBytes]];
        line[i] += paeth(left, before[i], corner);
      }
      return;
    case 0:
      return;
    default:
      throw new RangeError(`There is no filter ${filter}.`);
  }
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

type PixelWriter = (line: Uint8Array, column: number, rgba: Uint8ClampedArray, at: number) => void;

function pixelWriter({ depth, colourType, samples }: PngHeader, { palette, transparency }: Extras): PixelWriter {
  /** The sample as the file has it, 0…2^depth - 1. */
  const raw = (line: Uint8Array, index: number): number => {
    if (depth === 8) return line[index];
    if (depth === 16) return (line[index * 2] << 8) | line[index * 2 + 1];
    const bit = index * depth;
    return (line[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
  };
  const most = 2 ** depth - 1;
  const level = (value: number): number => (depth === 8 ? value : Math.round((value * 255) / most));
  if (colourType === 3) {
    const colours = palette ?? new Uint8Array(0);
    return (line, column, rgba, at) => {
      const index = raw(line, column);
      for (let c = 0; c < 3; c++) rgba[at + c] = colours[index * 3 + c] ?? 0;
      rgba[at + 3] = transparency?.[index] ?? 255;
    };
  }
  const isGrey = colourType === 0 || colourType === 4;
  const hasAlpha = colourType === 4 || colourType === 6;
  const clear = hasAlpha ? undefined : clearColour(transparency, samples);
  return (line, column, rgba, at) => {
    const start = column * samples;
    for (let c = 0; c < 3; c++) rgba[at + c] = level(raw(line, start + (isGrey ? 0 : c)));
    if (hasAlpha) rgba[at + 3] = level(raw(line, start + samples - 1));
    else rgba[at + 3] = clear?.every((value, c) => raw(line, start + c) === value) === true ? 0 : 255;
  };
}

/** The one colour that is to be seen through (PNG, 11.3.1.1). */
function clearColour(transparency: Uint8Array | undefined, samples: number): readonly number[] | undefined {
  if (!transparency || transparency.length < samples * 2) return undefined;
  return Array.from({ length: samples }, (_, c) => (transparency[c * 2] << 8) | transparency[c * 2 + 1]);
}
