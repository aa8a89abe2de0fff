import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chipName, DISPLAY_VENDOR_IDS, NATIVE_USB_IDS, UART_BRIDGE_IDS } from './usb-vendors.ts';

it('each vendor is either a bridge or native, and none is both', () => {
  expect([...NATIVE_USB_IDS, ...UART_BRIDGE_IDS]).toEqual(DISPLAY_VENDOR_IDS);
  expect(DISPLAY_VENDOR_IDS).toEqual([0x303a, 0x1a86, 0x10c4, 0x0403, 0x067b]);
  expect([chipName(0x303a), chipName(0x0403), chipName(0x1234)]).toEqual(['ESP32 USB', 'FTDI', undefined]);
});

it.each(['docs/protocol.md', 'docs/it.md', 'docs/tray.md'])('%s names each of them', (guide) => {
  const text = readFileSync(join(import.meta.dirname, '../..', guide), 'utf8').toLowerCase();
  for (const id of DISPLAY_VENDOR_IDS) expect(text).toContain(id.toString(16).padStart(4, '0'));
});
