/**
 * Which of the PC's serial ports may be the display, and in which order to try them. Pure; the list comes from
 * port-list.ts.
 */

/** A port as the system lists it. */
export interface FoundPort {
  /** What opens it: `COM5`, `/dev/ttyUSB0`. */
  readonly path: string;
  readonly label?: string;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
  /** Plug and play id, e.g. `BTHENUM\…` for Bluetooth. */
  readonly pnpId?: string;
  /** Changes when the port was unplugged and plugged in again, where the system tells. */
  readonly generation?: string;
}

/**
 * A display never sits behind these: opening Bluetooth takes many seconds, a modem calls, and the board's own COM1
 * (ACPI, PCI) has a receipt printer on it, or nothing.
 */
const NEVER_A_DISPLAY = /^(BTHENUM|BTHLE|MODEM|ACPI|PCI)\b/i;

/**
 * What the setting `port` says: `COM5`, or `COM5@1a86:7523` for a virtual port that should count as that USB device.
 */
export interface NamedPort {
  readonly path: string;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
}

export function parseNamedPort(text: string): NamedPort {
  const [, path, vendor, product] = /^(.+?)(?:@([0-9a-f]{4}):([0-9a-f]{4}))?$/i.exec(text.trim()) ?? [];
  if (path === undefined) throw new Error('The port is written as COM5, or as COM5@1a86:7523 for a virtual one.');
  if (vendor === undefined || product === undefined) return { path };
  return { path, usbVendorId: Number.parseInt(vendor, 16), usbProductId: Number.parseInt(product, 16) };
}

/**
 * With known vendor ids present only those are tried: writing a probe to a receipt printer would print it. Without any,
 * every port that is not known to be something else is probed.
 */
export function candidates(found: readonly FoundPort[], vendorIds: readonly number[]): readonly FoundPort[] {
  const known = found.filter((port) => port.usbVendorId !== undefined && vendorIds.includes(port.usbVendorId));
  if (known.length > 0) return known.toSorted((a, b) => rank(a, vendorIds) - rank(b, vendorIds));
  return found.filter((port) => !NEVER_A_DISPLAY.test(port.pnpId ?? ''));
}

const rank = (port: FoundPort, vendorIds: readonly number[]): number => vendorIds.indexOf(port.usbVendorId ?? -1);
