/** The virtual display: the simulated ESP32 behind a simulated port, and what it shows as messages for the page. */
import { realClock } from '../../shared/util/clock.ts';
import { createSimulatedPort, type SimulatedPort } from '../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay, type SimulatedScreen } from '../../shared/simulator/simulated-display.ts';
import { canvasTools } from './canvas-tools.ts';
import { PORT_NAMES, type VirtualScreen } from './messages.ts';
import { drawNativeScreen } from './native-picture.ts';

export function createVirtualDisplay(baudRate: number, onScreen: (screen: VirtualScreen) => void): SimulatedPort {
  const display = new SimulatedDisplay({ clock: realClock, baudRate });
  display.onScreen((screen) => {
    if (screen.kind !== 'native') onScreen(asMessage(screen, display.files));
    else
      void drawNativeScreen(screen, canvasTools).then((jpeg) => {
        // Another screen may have come while this one was drawn.
        if (display.screen === screen) onScreen({ kind: 'native', jpeg });
      });
  });
  return createSimulatedPort(display, { clock: realClock, label: PORT_NAMES.virtual });
}

function asMessage(
  screen: Exclude<SimulatedScreen, { kind: 'native' }>,
  files: ReadonlyMap<string, Uint8Array>,
): VirtualScreen {
  switch (screen.kind) {
    case 'picture':
      return { kind: 'picture', jpeg: screen.bytes };
    case 'rotation':
      return {
        kind: 'rotation',
        jpeg: screen.names.map((name) => files.get(name)).find((bytes) => bytes !== undefined),
      };
    default:
      return screen;
  }
}
