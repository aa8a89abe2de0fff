import { createSimulatedPort } from '../../shared/device/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/device/simulator.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { describeFaultMatrix } from './fault-matrix.ts';

describeFaultMatrix('simulated port', {
  slackMs: 0,
  makeBench: ({ resetOnOpen = true, ...options }) => {
    const clock = new ManualClock();
    const display = new SimulatedDisplay({ ...options, clock });
    const port = createSimulatedPort(display, { clock, resetOnOpen });
    return {
      clock,
      display,
      ports: port,
      plug: port.plug,
      unplug: port.unplug,
      setBusy: port.setBusy,
      until: (_what, condition, limitMs) => clock.until(condition, limitMs),
      dispose: port.unplug,
    };
  },
});
