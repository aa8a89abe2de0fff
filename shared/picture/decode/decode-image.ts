/**
 * PNG and JPEG files to pixels, in plain JavaScript. Browser and Node run this same code, so that kiosk and tray make
 * the same bytes of the same file: decoders of browsers differ from each other in chroma, gamma and half-transparent
 * pixels.
 */
import type { ImageMime } from '../../wire/image-signature.ts';
import { PictureError, type Raster } from '../picture.ts';
import { decodeJpeg } from './jpeg.ts';
import { decodePng } from './png.ts';
import { checkSize } from './size-limit.ts';

/** Not premultiplied, upright. @throws PictureError `not_an_image`, `image_too_large` */
export async function decodeImage(file: Uint8Array, mime: ImageMime): Promise<Raster> {
  checkSize(file, mime);
  try {
    return await (mime === 'image/png' ? decodePng(file) : decodeJpeg(file));
  } catch (error) {
    if (error instanceof PictureError) throw error;
    throw new PictureError('not_an_image', 'The picture is damaged and cannot be read.');
  }
}
