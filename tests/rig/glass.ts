/** What a customer in front of a simulated display sees. */
import type { SimulatedDisplay } from '../../shared/device/simulator.ts';
import { readWithJsqr } from './decode.ts';

/** The one picture that stays on the glass. @throws when it is dark, booting or rotating */
export function glassPicture(display: SimulatedDisplay): Uint8Array {
  const { glass } = display;
  if (glass.kind !== 'picture') throw new Error(`There is no picture on the glass, it is ${glass.kind}.`);
  return glass.bytes;
}

/** What is on the glass, as jsQR reads it; undefined without a picture, and for a damaged one. How well others scan it is not asked here. */
export function customerScans(display: SimulatedDisplay): string | undefined {
  const { glass } = display;
  if (glass.kind !== 'picture') return undefined;
  try {
    return readWithJsqr(glass.bytes);
  } catch {
    // Zeros that ended a broken upload are no whole JPEG; a decoder that bears them may still read a code of which little is missing.
    return undefined;
  }
}
