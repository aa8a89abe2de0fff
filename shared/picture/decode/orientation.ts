/**
 * How a photograph is to be held: cameras store the sensor's rows and say in Exif how to turn them. Browsers turn by
 * themselves; where a decoder does not, this does, so that a picture looks the same from the kiosk and from the tray.
 */
import type { Raster } from '../picture.ts';

/** Exif 2.3, tag 274: 1 is upright; 2 to 4 mirror and turn by 180 degrees; 5 to 8 exchange rows and columns, too. */
type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const TAG = 274;

/** 1 where the JPEG does not say, or says nonsense. */
export function orientationOf(file: Uint8Array): Orientation {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = 2;
  while (at + 4 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const length = view.getUint16(at + 2);
    // The picture itself begins: what is told comes before.
    if (marker === 0xda) return 1;
    if (marker === 0xe1 && isExif(view, at + 4)) return fromTiff(view, at + 10, at + 2 + length);
    at += 2 + length;
  }
  return 1;
}

/** `Exif` and two zeros. */
const isExif = (view: DataView, at: number): boolean =>
  at + 6 <= view.byteLength && view.getUint32(at) === 0x45786966 && view.getUint16(at + 4) === 0;

/** The first directory of the TIFF structure that Exif is. */
function fromTiff(view: DataView, start: number, segmentEnd: number): Orientation {
  const end = Math.min(segmentEnd, view.byteLength);
  if (start + 8 > end) return 1;
  const little = view.getUint16(start) === 0x4949;
  const directory = start + view.getUint32(start + 4, little);
  if (directory + 2 > end) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > end) return 1;
    if (view.getUint16(entry, little) === TAG) return asOrientation(view.getUint16(entry + 8, little));
  }
  return 1;
}

const asOrientation = (value: number): Orientation => (value >= 1 && value <= 8 ? (value as Orientation) : 1);

/** The image as it is to be looked at. */
export function upright(image: Raster, orientation: Orientation): Raster {
  if (orientation === 1) return image;
  const { width, height } = image;
  const from = new Uint32Array(image.data.buffer, image.data.byteOffset, width * height);
  const turned = orientation >= 5;
  const [toWidth, toHeight] = turned ? [height, width] : [width, height];
  const to = new Uint32Array(width * height);
  for (let y = 0; y < toHeight; y++)
    for (let x = 0; x < toWidth; x++) {
      const [column, row] = STORED_AT[orientation](x, y, width, height);
      to[y * toWidth + x] = from[row * width + column];
    }
  return { width: toWidth, height: toHeight, data: new Uint8ClampedArray(to.buffer) };
}

/** Where the pixel that is seen at (x, y) lies in the stored image of this width and height. */
const STORED_AT: Readonly<
  Record<Orientation, (x: number, y: number, width: number, height: number) => readonly [column: number, row: number]>
> = {
  1: (x, y) => [x, y],
  2: (x, y, width) => [width - 1 - x, y],
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  4: (x, y, _, height) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, height) => [y, height - 1 - x],
  7: (x, y, width, height) => [width - 1 - y, height - 1 - x],
  8: (x, y, width) => [width - 1 - y, x],
};
