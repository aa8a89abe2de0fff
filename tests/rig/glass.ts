/** What a customer in front of a simulated display sees. */
import type { SimulatedDisplay } from '../../shared/device/simulator.ts';
import { readByOthers } from './decode.ts';

/** The one picture that stays on the glass. @throws when it is dark, booting or rotating */
export function glassPicture(display: SimulatedDisplay): Uint8Array {
  const { glass } = display;
  if (glass.kind !== 'picture') throw new Error(`There is no picture on the glass, it is ${glass.kind}.`);
  return glass.bytes;
}

/** What a customer would scan: what every other decoder reads alike; undefined without a picture, and for a damaged one. */
export function customerScans(display: SimulatedDisplay): string | undefined {
  const { glass } = display;
  if (glass.kind !== 'picture') return undefined;
  try {
    const [first, ...others] = Object.values(readByOthers(glass.bytes));
    return others.every((other) => other === first) ? first : undefined;
  } catch {
    // Zeros that ended a broken upload are no JPEG.
    return undefined;
  }
}
