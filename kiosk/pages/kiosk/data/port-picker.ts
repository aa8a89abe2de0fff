/** Chrome's port picker. Needs the page and a click; everything after it happens in the worker. */
import { DISPLAY_VENDOR_IDS } from '../../../../shared/display/usb-vendors.ts';
import { hasErrorName, messageOf } from '../../../../shared/wire/errors.ts';

export type PickResult =
  | { readonly kind: 'picked' }
  /** The picker was closed without a choice. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly message: string };

/** @param which `known`: ports of known display makers; `any`: every serial port of the PC */
export async function pickPort(serial: Pick<Serial, 'requestPort'>, which: 'known' | 'any'): Promise<PickResult> {
  try {
    await serial.requestPort(
      which === 'any' ? {} : { filters: DISPLAY_VENDOR_IDS.map((usbVendorId) => ({ usbVendorId })) },
    );
    return { kind: 'picked' };
  } catch (error) {
    return hasErrorName(error, 'NotFoundError') ? { kind: 'none' } : { kind: 'failed', message: messageOf(error) };
  }
}
