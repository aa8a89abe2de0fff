/** The PortSource that the settings ask for. */
import type { PortSource } from '../../shared/display/transport.ts';
import { readRegistry } from '../windows/registry.ts';
import { parseNamedPort } from './found-ports.ts';
import { systemPortLister, namedPortLister } from './port-list.ts';
import { createSerialPorts } from './serial-ports.ts';

/** Windows keeps the names of all present serial ports here; reading it costs microseconds. */
const SERIAL_PORTS_KEY = 'HARDWARE\\DEVICEMAP\\SERIALCOMM';

export function choosePorts(settings: { readonly port?: string; readonly vendor_ids?: readonly number[] }): PortSource {
  const lister =
    settings.port === undefined ? systemPortLister(windowsPortNames) : namedPortLister(parseNamedPort(settings.port));
  return createSerialPorts({ lister, ...(settings.vendor_ids ? { vendorIds: settings.vendor_ids } : {}) });
}

const windowsPortNames = (): readonly string[] =>
  Object.values(readRegistry('HKLM', SERIAL_PORTS_KEY)).map(String).sort();
