/** The virtual display: the simulated ESP32 behind a simulated port, and what it shows as messages for the page. */
import { realClock } from '../../shared/util/clock.ts';
import { createSimulatedPort, type SimulatedPort } from '../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay, type SimulatedGlass } from '../../shared/simulator/simulated-display.ts';
import { PORT_NAMES, type VirtualScreen } from './messages.ts';

export function createVirtualDisplay(baudRate: number, onScreen: (screen: VirtualScreen) => void): SimulatedPort {
  const display = new SimulatedDisplay({ clock: realClock, baudRate });
  display.onGlass((glass) => onScreen(asMessage(glass, display.files)));
  return createSimulatedPort(display, { clock: realClock, label: PORT_NAMES.virtual });
}

function asMessage(glass: SimulatedGlass, files: ReadonlyMap<string, Uint8Array>): VirtualScreen {
  switch (glass.kind) {
    case 'picture':
      return { kind: 'picture', jpeg: glass.bytes };
    case 'rotation':
      return {
        kind: 'rotation',
        jpeg: glass.names.map((name) => files.get(name)).find((bytes) => bytes !== undefined),
      };
    default:
      return glass;
  }
}
