/**
 * The tray's PortSource: looks for plugs and unplugs by comparing a cheap signature, and keeps one Transport per
 * plugged-in port.
 */
import { realClock, type Clock } from '../../shared/util/clock.ts';
import { DISPLAY_VENDOR_IDS } from '../../shared/display/usb-vendors.ts';
import type { PortIdentity, PortSource, Transport } from '../../shared/display/transport.ts';
import { candidates, type FoundPort } from './found-ports.ts';
import { NodeSerialTransport } from './node-serial-transport.ts';
import type { PortLister } from './port-list.ts';

/** A replug is seen within this time; the contract asks for a reopened port within 3 s. */
const LOOK_EVERY_MS = 500;

export interface SerialPortsOptions {
  readonly lister: PortLister;
  readonly vendorIds?: readonly number[];
  readonly clock?: Clock;
}

export function createSerialPorts(options: SerialPortsOptions): PortSource {
  const { lister, vendorIds = DISPLAY_VENDOR_IDS, clock = realClock } = options;
  const known = new Map<string, Transport>();

  async function list(): Promise<readonly Transport[]> {
    const found = candidates(await lister.list(), vendorIds);
    const present = new Map(found.map((port) => [keyOf(port), port]));
    for (const key of known.keys()) if (!present.has(key)) known.delete(key);
    return [...present].map(([key, port]) => {
      const transport = known.get(key) ?? new NodeSerialTransport(identityOf(key, port), port.path);
      known.set(key, transport);
      return transport;
    });
  }

  function watch(onChange: () => void): () => void {
    const stop = new AbortController();
    onChange();
    void (async () => {
      let before = lister.signature();
      while (!stop.signal.aborted) {
        await clock.sleep(LOOK_EVERY_MS, stop.signal);
        const now = lister.signature();
        if (now !== before) onChange();
        before = now;
      }
    })().catch(() => undefined);
    return () => stop.abort(new Error('No longer watched.'));
  }

  return { list, watch };
}

const keyOf = (port: FoundPort): string => `${port.path}#${port.generation ?? port.pnpId ?? ''}`;

function identityOf(key: string, port: FoundPort): PortIdentity {
  return {
    key,
    label: port.label ?? port.path,
    ...(port.usbVendorId === undefined ? {} : { usbVendorId: port.usbVendorId }),
    ...(port.usbProductId === undefined ? {} : { usbProductId: port.usbProductId }),
  };
}
