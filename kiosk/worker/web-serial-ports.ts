/**
 * The ports that this browser was granted, out of `navigator.serial` or a stand-in for it. Works in the dedicated
 * worker: only `requestPort` needs the page. A replug gives a new port object, so the list is looked at again at every
 * event, and now and then besides, because an event can be missed while the PC sleeps.
 */
import type { PortIdentity, PortSource, Transport } from '../../shared/display/transport.ts';
import { portLabel } from './port-label.ts';
import { WebSerialTransport } from './web-serial-transport.ts';

/** What is used of `navigator.serial`. */
export type SerialLike = Pick<Serial, 'getPorts' | 'addEventListener' | 'removeEventListener'>;

const RESCAN_MS = 2_500;

export class WebSerialPorts implements PortSource {
  readonly #serial: SerialLike;
  readonly #rescanMs: number;
  #known = new Map<SerialPort, WebSerialTransport>();
  #named = 0;

  constructor(serial: SerialLike, rescanMs = RESCAN_MS) {
    this.#serial = serial;
    this.#rescanMs = rescanMs;
  }

  async list(): Promise<readonly Transport[]> {
    const present = (await this.#serial.getPorts()).filter((port) => port.connected !== false);
    this.#known = new Map(present.map((port) => [port, this.#known.get(port) ?? this.#transportFor(port)]));
    return [...this.#known.values()];
  }

  watch(onChange: () => void): () => void {
    let seen = '';
    const changed = (): void => onChange();
    const rescan = async (): Promise<void> => {
      const now = (await this.list()).map(({ port }) => port.key).join();
      if (now === seen) return;
      seen = now;
      onChange();
    };
    const timer = setInterval(() => void rescan().catch(() => undefined), this.#rescanMs);
    this.#serial.addEventListener('connect', changed);
    this.#serial.addEventListener('disconnect', changed);
    onChange();
    return () => {
      clearInterval(timer);
      this.#serial.removeEventListener('connect', changed);
      this.#serial.removeEventListener('disconnect', changed);
    };
  }

  #transportFor(port: SerialPort): WebSerialTransport {
    const { usbVendorId, usbProductId } = port.getInfo();
    this.#named += 1;
    const identity: PortIdentity = {
      key: `serial-${this.#named}`,
      label: portLabel(usbVendorId, usbProductId),
      ...(usbVendorId === undefined ? {} : { usbVendorId }),
      ...(usbProductId === undefined ? {} : { usbProductId }),
    };
    return new WebSerialTransport(port, identity);
  }
}
