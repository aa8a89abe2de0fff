/** What to call a port, for people and the log. Vendors as in docs/protocol.md, "The device". */
import { PORT_NAMES } from './messages.ts';

const CHIPS: Readonly<Record<number, string>> = {
  0x303a: 'ESP32 USB',
  0x1a86: 'CH340',
  0x10c4: 'CP210x',
  0x0403: 'FTDI',
  0x067b: 'PL2303',
};

const hex = (id: number): string => id.toString(16).toUpperCase().padStart(4, '0');

export function portLabel(vendorId?: number, productId?: number): string {
  if (vendorId === undefined) return PORT_NAMES.plain;
  const ids = `${hex(vendorId)}:${productId === undefined ? '----' : hex(productId)}`;
  const chip = CHIPS[vendorId];
  return chip === undefined ? `${PORT_NAMES.otherUsb} (${ids})` : `${chip} (${ids})`;
}
