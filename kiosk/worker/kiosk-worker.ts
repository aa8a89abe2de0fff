/**
 * The worker of the kiosk page. It polls, makes pictures and drives the port, because Chrome throttles the main thread
 * of a hidden tab and not its worker. This file only wires.
 */
import { warmUp } from '../../shared/picture/warm-up.ts';
import { Station } from '../../shared/station/station.ts';
import type { PortSource } from '../../shared/display/transport.ts';
import { browserName } from './browser-name.ts';
import { fetchHttp } from './fetch-http.ts';
import { idbMemory } from './idb-memory.ts';
import type { ToWorker } from './messages.ts';
import { browserPictures } from './pictures.ts';
import { StationHost } from './station-host.ts';
import { createVirtualDisplay } from './virtual-display.ts';
import { WebSerialPorts } from './web-serial-ports.ts';

const noPorts: PortSource = { list: async () => [], watch: (onChange) => (onChange(), () => undefined) };

const host = new StationHost({
  post: (message) => self.postMessage(message),
  // A browser without Web Serial shows the page's advice; the station then just waits for a port.
  serialPorts: () => ('serial' in navigator ? new WebSerialPorts(navigator.serial) : noPorts),
  virtualPort: createVirtualDisplay,
  createStation: (options) => new Station(options),
  equip: async ({ apiUrl, profile }) => {
    const pictures = await browserPictures();
    void warmUp(pictures);
    return { http: fetchHttp(apiUrl), memory: idbMemory(profile), pictures };
  },
  ownAlone: holdLock,
  browserName: () => browserName(navigator),
});

self.addEventListener('message', (event: MessageEvent<ToWorker>) => void host.handle(event.data));

/**
 * Held for the worker's life. A second tab's worker waits for it even when the page's own lock was passed on a moment
 * too early. Chrome documents that it does not freeze a tab that holds a lock.
 */
function holdLock(profile: string): Promise<void> {
  if (!('locks' in navigator)) return Promise.resolve();
  return new Promise((resolve) => {
    void navigator.locks.request(`counterqr-station-${profile}`, () => {
      resolve();
      return new Promise<never>(() => undefined);
    });
  });
}
