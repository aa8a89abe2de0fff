import { createSimulatedPort } from '../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/simulator/simulated-display.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { describeTransport, type TransportHarness } from './transport-contract.ts';

/** A display of which only the cable is of interest: it says what the test wants and keeps what it hears. */
class CableEnd extends SimulatedDisplay {
  readonly heard: number[] = [];
  readonly #ears = new Set<(bytes: Uint8Array) => void>();

  override receive(bytes: Uint8Array): void {
    this.heard.push(...bytes);
  }

  override onSend(listener: (bytes: Uint8Array) => void): () => void {
    this.#ears.add(listener);
    return () => this.#ears.delete(listener);
  }

  say(bytes: Uint8Array): void {
    for (const ear of this.#ears) ear(bytes);
  }
}

describeTransport('simulated port', (): TransportHarness => {
  const clock = new ManualClock();
  const end = new CableEnd({ clock });
  const port = createSimulatedPort(end, { clock });
  return {
    ports: port,
    send: (bytes) => end.say(bytes),
    received: () => Uint8Array.from(end.heard),
    unplug: () => port.unplug(),
    replug: () => port.plug(),
    occupy: () => port.setBusy(true),
    dispose: () => port.unplug(),
    tick: () => clock.advance(10),
  };
});
