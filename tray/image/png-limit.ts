/** What pngjs does not ask before it decodes a PNG: whether the file unpacks to more than its header has a use for. */
import { inflateSync } from 'node:zlib';
import { PictureError } from '../../shared/picture/picture.ts';

/** Where each of Adam7's seven passes starts and how far apart its pixels are (PNG, 8.2): x, y, step x, step y. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
/** Samples a pixel by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const FIRST_CHUNK = 8;

/**
 * pngjs unpacks the rows of an interlaced file without a limit, and believes the last of several headers.
 * @throws PictureError `image_too_large`, `not_an_image`
 */
export function checkUnpackedLength(file: Uint8Array): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts: Uint8Array[] = [];
  let headers = 0;
  for (let at = FIRST_CHUNK; at + 8 <= file.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (type === 'IHDR') headers += 1;
    if (type === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + length));
    if (type === 'IEND') break;
    at += 12 + length;
  }
  // 29 bytes: up to and with the interlace method.
  if (headers !== 1 || file.length < 29)
    throw new PictureError('not_an_image', 'The picture is damaged: its header is not one.');
  if (file[28] === 0) return;
  const bitsPerPixel = (file[24] ?? 0) * (SAMPLES[file[25] ?? 0] ?? 0);
  const most = interlacedLength(view.getUint32(16), view.getUint32(20), bitsPerPixel);
  try {
    inflateSync(Buffer.concat(parts), { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw new PictureError('image_too_large', 'The picture unpacks to more than its size can need; send a sound PNG.');
  }
}

/** Bytes: for each row of each pass its filter's number and its pixels (PNG, 7.2). */
function interlacedLength(width: number, height: number, bitsPerPixel: number): number {
  let bytes = 0;
  for (const [x, y, stepX, stepY] of PASSES) {
    const columns = Math.max(0, Math.ceil((width - x) / stepX));
    const rows = Math.max(0, Math.ceil((height - y) / stepY));
    if (columns > 0) bytes += rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }
  return bytes;
}
