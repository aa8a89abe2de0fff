/** What to call a port, for people and the log. */
import { chipName } from '../../shared/display/usb-vendors.ts';
import { PORT_NAMES } from './messages.ts';

const hex = (id: number): string => id.toString(16).toUpperCase().padStart(4, '0');

export function portLabel(vendorId?: number, productId?: number): string {
  if (vendorId === undefined) return PORT_NAMES.plain;
  const ids = `${hex(vendorId)}:${productId === undefined ? '----' : hex(productId)}`;
  const chip = chipName(vendorId);
  return chip === undefined ? `${PORT_NAMES.otherUsb} (${ids})` : `${chip} (${ids})`;
}
