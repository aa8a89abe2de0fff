/** Width and height out of a PNG's or JPEG's header, so that a bomb is refused before anything decodes it. */
import { imageMimeOf, type ImageMime } from '../../wire/image-signature.ts';

interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** `undefined`: not a file of this kind. */
export function readImageSize(file: Uint8Array, mime: ImageMime): ImageSize | undefined {
  if (imageMimeOf(file) !== mime) return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const size = mime === 'image/png' ? pngSize(view) : jpegSize(view);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

/** IHDR is always the first chunk (PNG, 5.6). */
function pngSize(view: DataView): ImageSize | undefined {
  if (view.byteLength < 24) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Walks the segments up to the first start-of-frame (ITU T.81, B.1.1.3). */
function jpegSize(view: DataView): ImageSize | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (isStartOfFrame(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** C0 to CF except the tables DHT, JPG and DAC. */
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
