/** What a customer in front of a simulated display sees. */
import type { SimulatedDisplay } from '../../shared/device/simulator.ts';

/** The one picture that stays on the glass. @throws when it is dark, booting or rotating */
export function glassPicture(display: SimulatedDisplay): Uint8Array {
  const { glass } = display;
  if (glass.kind !== 'picture') throw new Error(`There is no picture on the glass, it is ${glass.kind}.`);
  return glass.bytes;
}
