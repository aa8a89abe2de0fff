/** Asks the system for its serial ports. */
import { existsSync, statSync } from 'node:fs';
import { SerialPort } from 'serialport';
import type { FoundPort, NamedPort } from './found-ports.ts';

/** Where ports come from; `signature` is cheap and changes whenever `list` might answer otherwise. */
export interface PortLister {
  signature(): string;
  list(): Promise<readonly FoundPort[]>;
}

/** The one port that the settings name. */
export function namedPortLister(named: NamedPort): PortLister {
  const generation = (): string | undefined => (isWindows() ? undefined : nodeGeneration(named.path));
  return {
    signature: () => generation() ?? named.path,
    async list() {
      // Windows has no file to look at; opening tells.
      if (!isWindows() && !existsSync(named.path)) return [];
      const listed = (await listBySystem().catch(() => [])).find((port) => port.path === named.path);
      return [{ ...listed, ...named, generation: generation() ?? 'named' }];
    },
  };
}

/**
 * All ports. @param quickNames names of the present ports, from a source that costs next to nothing (on Windows the
 * registry); also the list of last resort where the system's answers nothing (virtual ports)
 */
export function systemPortLister(quickNames: () => readonly string[]): PortLister {
  return {
    signature: () => quickNames().join('|'),
    async list() {
      const listed = await listBySystem().catch(() => []);
      const unlisted = quickNames().filter((name) => !listed.some((port) => port.path === name));
      return [...listed, ...unlisted.map((path) => ({ path }))];
    },
  };
}

/**
 * What the library answers; its own declaration lives in a package that it does not bring along. Ids are hex without
 * `0x`.
 */
interface ListedPort {
  readonly path: string;
  readonly friendlyName?: string;
  readonly vendorId?: string;
  readonly productId?: string;
  readonly pnpId?: string;
}

async function listBySystem(): Promise<readonly FoundPort[]> {
  const ports = (await SerialPort.list()) as unknown as readonly ListedPort[];
  return ports
    .filter((port) => isWindows() || port.vendorId !== undefined)
    .map(({ path, friendlyName, vendorId, productId, pnpId }) => ({
      path,
      ...(friendlyName === undefined ? {} : { label: friendlyName }),
      ...(vendorId === undefined ? {} : { usbVendorId: Number.parseInt(vendorId, 16) }),
      ...(productId === undefined ? {} : { usbProductId: Number.parseInt(productId, 16) }),
      ...(pnpId === undefined ? {} : { pnpId }),
    }));
}

const isWindows = (): boolean => process.platform === 'win32';

/** A replugged device gets a new node, even under the same name. */
function nodeGeneration(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? undefined : `${stat.rdev}-${stat.ino}-${stat.birthtimeMs}`;
}
