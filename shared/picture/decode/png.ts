/**
 * A PNG to pixels (PNG, third edition). As lenient as browsers: bytes after the last chunk, pixel data beyond the last
 * row and checksums do not matter. Colour management is left out.
 */
import { PictureError, type Raster } from '../picture.ts';
import { inflate } from './inflate.ts';
import { dataLength, type PngHeader } from './png-layout.ts';
import { readSamples } from './png-samples.ts';

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

const damaged = (what: string): PictureError => new PictureError('not_an_image', `The picture is damaged: ${what}.`);

export async function decodePng(file: Uint8Array): Promise<Raster> {
  const chunks = chunksOf(file);
  const [first] = chunks;
  if (first?.type !== 'IHDR' || chunks.filter(({ type }) => type === 'IHDR').length !== 1)
    throw damaged('its header is not one');
  const header = headerOf(first.data);
  const data = await inflate(
    chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data),
    dataLength(header),
  );
  if (data.length < dataLength(header)) throw damaged('pixels are missing');
  const dataOf = (name: string): Uint8Array | undefined => chunks.find(({ type }) => type === name)?.data;
  return readSamples(data, header, { palette: dataOf('PLTE'), transparency: dataOf('tRNS') });
}

const SIGNATURE_BYTES = 8;

function chunksOf(file: Uint8Array): readonly Chunk[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + 8 <= file.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (type === 'IEND') break;
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) });
    // Length, type and checksum.
    at += 12 + length;
  }
  return chunks;
}

/** Samples a pixel, by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

function headerOf(data: Uint8Array): PngHeader {
  if (data.length < 13) throw damaged('its header is not one');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [depth, colourType, compression, filter, interlace] = data.subarray(8, 13);
  if (DEPTHS[colourType]?.includes(depth) !== true || compression !== 0 || filter !== 0 || interlace > 1)
    throw damaged('its header asks for a form that no PNG has');
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  return { width, height, depth, colourType, samples: SAMPLES[colourType], interlaced: interlace === 1 };
}
