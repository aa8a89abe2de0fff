/** From the data URI that a web app posted to the bytes of a PNG or JPEG file. Every refusal has a closed code. */
import { checkSize } from './decode/size-limit.ts';
import { PictureError } from './picture.ts';
import { imageMimeOf, type ImageMime } from '../wire/image-signature.ts';
import { MAX_IMAGE_CHARS } from '../wire/fields.ts';

interface ImageFile {
  readonly bytes: Uint8Array;
  readonly mime: ImageMime;
}

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
  if (!/^data:image\/(png|jpe?g)(;[^;]*)*;base64$/.test(head))
    throw new PictureError('unsupported_image', 'qr_image must be a PNG or JPEG data URI in base64.');
  const bytes = fromBase64(dataUri.slice(comma + 1));
  const mime = imageMimeOf(bytes);
  if (mime === undefined) throw new PictureError('not_an_image', 'The data URI holds neither a PNG nor a JPEG file.');
  checkSize(bytes, mime);
  return { bytes, mime };
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
