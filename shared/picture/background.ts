/**
 * What a picture with transparency lies on. White, as on most pages, and black where white would hide it: a page in
 * dark colours shows white modules on transparency, and white on white is a blank display.
 */
import { PictureError, type Raster } from './picture.ts';
import { flatten, toGrey } from './raster.ts';

/** Levels between the darkest and the lightest pixel; fewer are not told apart on a display. */
const LEAST_CONTRAST = 16;

/**
 * The picture on the backgrounds on which it is seen, the likeliest first; one where nothing is transparent.
 * @throws PictureError `no_contrast`
 */
export function opaqueViews(image: Raster, leastContrast = LEAST_CONTRAST): readonly [Raster, ...Raster[]] {
  const views = (isOpaque(image) ? [255] : [255, 0]).map((level) => flatten(image, level));
  const [first, ...more] = views.filter((view) => contrastOf(view) >= leastContrast);
  if (first) return [first, ...more];
  throw new PictureError('no_contrast', 'The picture is of one colour; the display would stay blank.');
}

function isOpaque({ data }: Raster): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}

function contrastOf(image: Raster): number {
  let [least, most] = [255, 0];
  for (const level of toGrey(image).grey) {
    if (level < least) least = level;
    if (level > most) most = level;
  }
  return most - least;
}
