/** A JPEG to pixels. What its three components mean is decided as libjpeg does it, which browsers use. */
import jpeg from 'jpeg-js';
import type { Raster } from '../picture.ts';
import { MAX_IMAGE_PIXELS } from './size-limit.ts';
import { orientationOf, upright } from './orientation.ts';

/** RGBA of the largest image, the planes before that, and some air. */
const MAX_MEMORY_MB = 512;

export function decodeJpeg(file: Uint8Array): Raster {
  const { width, height, data } = jpeg.decode(file, {
    useTArray: true,
    formatAsRGBA: true,
    ...(isRgb(file) ? { colorTransform: false } : {}),
    maxResolutionInMP: MAX_IMAGE_PIXELS / 1_000_000,
    maxMemoryUsageInMB: MAX_MEMORY_MB,
  });
  const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
  return upright({ width, height, data: pixels }, orientationOf(file));
}

const JFIF = 'JFIF\0';
const ADOBE = 'Adobe';
/** The component ids of a file that says no more: `R`, `G`, `B`. */
const RGB_IDS = [0x52, 0x47, 0x42];

/** No YCbCr: an Adobe segment without a transform, or components called R, G and B; a JFIF segment overrules both. */
function isRgb(file: Uint8Array): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let adobeTransform: number | undefined;
  for (let at = 2; at + 4 <= file.length && file[at] === 0xff;) {
    const [marker, length] = [file[at + 1], view.getUint16(at + 2)];
    const text = (count: number): string => String.fromCharCode(...file.subarray(at + 4, at + 4 + count));
    if (marker === 0xe0 && text(JFIF.length) === JFIF) return false;
    if (marker === 0xee && text(ADOBE.length) === ADOBE) adobeTransform = file[at + 15];
    // A start of frame: precision, height, width, count, then three bytes for each component.
    if (marker >= 0xc0 && marker <= 0xc2) {
      if (file[at + 9] !== RGB_IDS.length) return false;
      if (adobeTransform !== undefined) return adobeTransform === 0;
      return RGB_IDS.every((id, i) => file[at + 10 + 3 * i] === id);
    }
    at += 2 + length;
  }
  return false;
}
