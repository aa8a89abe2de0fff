import { describe, expect, it } from 'vitest';
import { DISPLAY_VENDOR_IDS } from '../../shared/display/usb-vendors.ts';
import { candidates, parseNamedPort } from './found-ports.ts';

const ch340 = { path: 'COM7', usbVendorId: 0x1a86 };
const esp32 = { path: 'COM9', usbVendorId: 0x303a };
const printer = { path: 'COM3', usbVendorId: 0x04b8 };
const bluetooth = { path: 'COM4', pnpId: 'BTHENUM\\{00001101}' };
const plain = { path: 'COM1' };

describe('which ports are tried', () => {
  it('only known vendors where there are any, the likeliest first', () => {
    expect(candidates([printer, ch340, plain, esp32], DISPLAY_VENDOR_IDS)).toEqual([esp32, ch340]);
  });

  it('without a known vendor, every port but Bluetooth, which would block for seconds', () => {
    expect(candidates([bluetooth, plain, printer], DISPLAY_VENDOR_IDS)).toEqual([plain, printer]);
  });

  it('never the port on the board, so that a PC without its display says unplugged and prints no probe', () => {
    const onBoard = { path: 'COM1', pnpId: 'ACPI\\PNP0501\\1' };
    const onCard = { path: 'COM2', pnpId: 'PCI\\VEN_1415&DEV_9501' };
    expect(candidates([onBoard, onCard], DISPLAY_VENDOR_IDS)).toEqual([]);
  });

  it('a site with other displays names their vendor', () => {
    expect(candidates([printer, ch340], [0x04b8])).toEqual([printer]);
  });
});

describe('a port named in the settings', () => {
  it('may say which device a virtual port stands for', () => {
    expect(parseNamedPort('COM5')).toEqual({ path: 'COM5' });
    expect(parseNamedPort('/dev/pts/3@1A86:7523')).toEqual({
      path: '/dev/pts/3',
      usbVendorId: 0x1a86,
      usbProductId: 0x7523,
    });
  });

  it('is refused when empty', () => {
    expect(() => parseNamedPort(' ')).toThrow('COM5');
  });
});
