/** What a customer in front of a simulated display sees. */
import jpeg from 'jpeg-js';
import type { SimulatedDisplay } from '../../../shared/simulator/simulated-display.ts';
import { readWithJsqr, readsQr } from './decode.ts';

/** The one picture that stays on the screen. @throws when it is dark, booting or rotating */
export function shownPicture(display: SimulatedDisplay): Uint8Array {
  const { screen: shown } = display;
  if (shown.kind !== 'picture') throw new Error(`There is no picture on the screen, it is ${shown.kind}.`);
  return shown.bytes;
}

/**
 * What is on the screen, as jsQR reads it; undefined where there is no picture or no code that can be read. How well
 * others scan it is not asked here. A picture whose end is missing is read as a board draws it: row by row, with what
 * there is.
 */
export function customerScans(display: SimulatedDisplay): string | undefined {
  const { screen: shown } = display;
  return shown.kind === 'picture' ? scanAsDrawn(shown.bytes) : undefined;
}

/** As above, but only of a picture that arrived whole. */
export function customerScansWhole(display: SimulatedDisplay): string | undefined {
  const { screen: shown } = display;
  if (shown.kind !== 'picture') return undefined;
  try {
    return readWithJsqr(shown.bytes);
  } catch {
    return undefined;
  }
}

const END_OF_IMAGE = [0xff, 0xd9];
/** More zeros than a 320 x 480 picture can take in: what is missing of the scan is read from them. */
const MORE_THAN_MISSING_BYTES = 400_000;

/** Whole or cut short, and filled up with whatever. */
export function scanAsDrawn(file: Uint8Array): string | undefined {
  try {
    return readWithJsqr(file);
  } catch {
    const longer = new Uint8Array(file.length + MORE_THAN_MISSING_BYTES);
    longer.set(file);
    longer.set(END_OF_IMAGE, longer.length - END_OF_IMAGE.length);
    try {
      const { data, width, height } = jpeg.decode(longer, { useTArray: true });
      return readsQr(data, width, height);
    } catch {
      // Not even its beginning is a JPEG: nothing is drawn.
      return undefined;
    }
  }
}
