/** Which images are too large to be decoded: asked before anything sets memory aside for one. */
import type { ImageMime } from '../../wire/image-signature.ts';
import { PictureError } from '../picture.ts';
import { readImageSize } from './image-size.ts';
import { countScans } from './jpeg-scans.ts';

/** Pixels. A larger image is refused by its header, before anything sets memory aside for it. */
export const MAX_IMAGE_PIXELS = 16_000_000;
/** Pixels on one side; a strip of 1 x 16,000,000 is no QR. */
const MAX_IMAGE_SIDE = 16_384;
/** An encoder makes at most a dozen; the pixel data of a sequential file are one to four. */
const MAX_JPEG_SCANS = 64;

/** @throws PictureError `not_an_image`, `image_too_large` */
export function checkSize(bytes: Uint8Array, mime: ImageMime): void {
  const size = readImageSize(bytes, mime);
  if (size === undefined)
    throw new PictureError('not_an_image', 'The picture is damaged: it does not say how large it is.');
  const { width, height } = size;
  if (width * height > MAX_IMAGE_PIXELS || Math.max(width, height) > MAX_IMAGE_SIDE)
    throw new PictureError('image_too_large', `${width} x ${height} pixels are too many; send at most 4000 x 4000.`);
  if (mime === 'image/jpeg' && countScans(bytes) > MAX_JPEG_SCANS)
    throw new PictureError('image_too_large', 'The JPEG has too many scans to decode; save it anew as a PNG.');
}
