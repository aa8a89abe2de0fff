/**
 * USB vendors behind which a display was seen (docs/protocol.md, "The device"). JSON, because scripts read it before
 * anything is built.
 */
import vendors from './usb-vendors.json' with { type: 'json' };

const idOf = ({ id }: { readonly id: string }): number => Number.parseInt(id, 16);

/** In the order in which ports are tried. */
export const DISPLAY_VENDOR_IDS: readonly number[] = vendors.map(idOf);

/** Bridges to a UART. Behind them bytes take their wire time. */
export const UART_BRIDGE_IDS: readonly number[] = vendors.filter(({ speaks }) => speaks === 'uart').map(idOf);

/** The ESP32's own USB, where the speed is only a word. */
export const NATIVE_USB_IDS: readonly number[] = vendors.filter(({ speaks }) => speaks === 'usb').map(idOf);

/** What the chip of this vendor is called; `undefined`: no display was seen behind it. */
export const chipName = (vendorId: number): string | undefined =>
  vendors.find((vendor) => idOf(vendor) === vendorId)?.name;
