/** From the data URI that a web app posted to the bytes of a PNG or JPEG file. Every refusal has a closed code. */
import { PictureError, type ImageTools, type Raster } from './picture.ts';
import { flatten } from './raster.ts';
import { imageMimeOf, type ImageMime } from '../wire/image-signature.ts';
import { MAX_IMAGE_CHARS } from '../wire/schemas.ts';
import { readImageSize } from './image-size.ts';
import { countScans } from './jpeg-scans.ts';

interface ImageFile {
  readonly bytes: Uint8Array;
  readonly mime: ImageMime;
}

/** Pixels. A larger image is refused by its header, before anything sets memory aside for it. */
export const MAX_IMAGE_PIXELS = 16_000_000;
/** Pixels on one side; a strip of 1 x 16,000,000 is no QR. */
const MAX_IMAGE_SIDE = 16_384;
/** An encoder makes at most a dozen; the pixel data of a sequential file are one to four. */
const MAX_JPEG_SCANS = 64;

/**
 * The file's own first bytes decide what it is; a PNG that calls itself a JPEG is taken as the PNG it is.
 * @throws PictureError `not_an_image`, `unsupported_image`, `image_too_large`
 */
export function fileOf(dataUri: string): ImageFile {
  if (dataUri.length > MAX_IMAGE_CHARS)
    throw new PictureError('image_too_large', 'The picture is over 2 MB; send a smaller PNG, or the text as qr_text.');
  const comma = dataUri.indexOf(',');
  const head = comma < 0 ? '' : dataUri.slice(0, comma).toLowerCase();
  if (!head.startsWith('data:image/'))
    throw new PictureError('not_an_image', 'qr_image must be a PNG or JPEG as a data URI.');
  if (!/^data:image\/(png|jpe?g);base64$/.test(head))
    throw new PictureError('unsupported_image', 'qr_image must be a PNG or JPEG data URI in base64.');
  const bytes = fromBase64(dataUri.slice(comma + 1));
  const mime = imageMimeOf(bytes);
  if (mime === undefined) throw new PictureError('not_an_image', 'The data URI holds neither a PNG nor a JPEG file.');
  checkSize(bytes, mime);
  return { bytes, mime };
}

/** On white. @throws PictureError `not_an_image`, `image_too_large` */
export async function opaqueImage({ bytes, mime }: ImageFile, tools: ImageTools): Promise<Raster> {
  return flatten(await tools.decode(bytes, mime));
}

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

function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new PictureError('not_an_image', 'The data URI is not valid base64.');
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
