/** Chrome's port picker. Needs the page and a click; everything after it happens in the worker. */
import { hasErrorName, messageOf } from '../../../../shared/wire/errors.ts';

/** USB vendors of the displays seen so far (docs/protocol.md, "The device"). */
export const DISPLAY_VENDORS = [0x303a, 0x1a86, 0x10c4, 0x0403, 0x067b] as const;

export type PickResult =
  | { readonly kind: 'picked' }
  /** The picker was closed without a choice. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly message: string };

/** @param which `known`: ports of known display makers; `any`: every serial port of the PC */
export async function pickPort(serial: Pick<Serial, 'requestPort'>, which: 'known' | 'any'): Promise<PickResult> {
  try {
    await serial.requestPort(
      which === 'any' ? {} : { filters: DISPLAY_VENDORS.map((usbVendorId) => ({ usbVendorId })) },
    );
    return { kind: 'picked' };
  } catch (error) {
    return hasErrorName(error, 'NotFoundError') ? { kind: 'none' } : { kind: 'failed', message: messageOf(error) };
  }
}
