/**
 * A kiosk on a simulated display and a fake relay, and all that can be done to it. Knows no customers and no judgement.
 */
import type { Clock } from '../../shared/util/clock.ts';
import { createSimulatedPort, type SimulatedPort } from '../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/simulator/simulated-display.ts';
import { Station } from '../../shared/station/station.ts';
import type { StationEvent } from '../../shared/station/station-types.ts';
import { FakeRelay } from '../support/station/fake-relay.ts';
import { MapMemory, PlainPictures, seeded } from '../support/station/station-rig.ts';
import type { SoakFault } from './faults.ts';
import { makeRealm, type Realm } from './realm.ts';

/** Seen after screen changes. */
const WINDOWS_MS = [0, 0, 0, 0, 200, 600, 1_200, 1_800] as const;
const windowMs = (random: () => number): number => WINDOWS_MS[Math.floor(random() * WINDOWS_MS.length)] ?? 0;
const windows = (random: () => number): { readonly stop: number; readonly start: number; readonly upload: number } => ({
  stop: windowMs(random),
  start: windowMs(random),
  upload: windowMs(random),
});

/** A restart that nothing is heard of cannot be known of (docs/protocol.md). */
const BANNERS = ['rom', 'model', 'garbage'] as const;

export class SoakCounter {
  readonly relay: FakeRelay;
  readonly display: SimulatedDisplay;
  readonly port: SimulatedPort;
  /** What the browser profile keeps. */
  readonly memory = new MapMemory();
  /** As the agent reads them; `unknown` while no tab is open. */
  displayNow = 'unknown';
  relayNow = 'unknown';
  recoveries = 0;
  replugs = 0;
  /** Of the pictures to come. */
  pictureBytes = 2_400;
  /** The last of what happened, for anyone who looks into a violation. */
  readonly log: string[] = [];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #seed: number;
  #realm: Realm | undefined;
  #station: Station | undefined;
  #lives = 0;

  constructor(seed: number, clock: Clock, random: () => number) {
    this.#seed = seed;
    this.#clock = clock;
    this.#random = random;
    this.relay = new FakeRelay(clock);
    this.display = new SimulatedDisplay({
      clock,
      variant: {
        saysExit: random() < 0.7,
        banner: BANNERS[Math.floor(random() * BANNERS.length)] ?? 'rom',
        fileinfo: random() < 0.5,
        deletes: random() < 0.5 ? 'plain' : 'images',
        deafMs: windows(random),
      },
    });
    this.port = createSimulatedPort(this.display, { clock });
  }

  /** Tabs that were opened so far: 1 as long as none crashed. */
  get lives(): number {
    return this.#lives;
  }

  async openTab(): Promise<void> {
    if (this.#realm) return;
    this.#lives += 1;
    const realm = makeRealm({ http: this.relay.http, memory: this.memory, ports: this.port });
    this.#realm = realm;
    this.#station = new Station({
      identity: { computerName: 'SOAK-PC', kind: 'kiosk', version: '0.0.0', enrolKey: this.relay.enrolKey },
      ...realm,
      pictures: {
        make: (screen) => new PlainPictures(this.pictureBytes).make(screen),
        read: (dataUri) => new PlainPictures().read(dataUri),
      },
      clock: this.#clock,
      random: seeded(this.#seed + this.#lives),
      onEvent: (event) => {
        if (this.#realm === realm) this.#hear(event);
      },
    });
    await this.#station.start();
  }

  /** As an agent does in the evening; resolves when the station has stopped. */
  async closeTab(): Promise<void> {
    await this.#realm?.cut();
    await this.#station?.stop();
  }

  async strike(fault: SoakFault): Promise<void> {
    this.say(JSON.stringify(fault));
    switch (fault.kind) {
      case 'display':
        this.display.inject(fault.fault);
        return;
      case 'cable':
        this.#pull(fault.outMs);
        return;
      case 'restart':
        this.display.reset();
        return;
      case 'power_cycle_needed':
        this.display.inject({ kind: 'dead' });
        // The page says what to do, and sooner or later somebody does it.
        this.#after(20_000 + this.#random() * 60_000, () => this.#pull(2_000));
        return;
      case 'relay':
        this.relay.mood = fault.mood;
        this.#after(fault.forMs, () => (this.relay.mood = { kind: 'well' }));
        return;
      case 'relay_forgets':
        this.relay.forgetDevices();
        return;
      case 'crash':
        await this.#crash();
        this.#after(fault.backAfterMs, () => void this.openTab());
        return;
    }
  }

  say(text: string): void {
    this.log.push(`${(this.#clock.now() / 1000).toFixed(2)} ${text}`);
    if (this.log.length > 400) this.log.splice(0, 200);
  }

  #pull(outMs: number): void {
    this.replugs += 1;
    this.port.unplug();
    this.#after(outMs, () => this.port.plug());
  }

  #after(ms: number, then: () => void): void {
    void this.#clock.sleep(ms).then(then);
  }

  async #crash(): Promise<void> {
    const [realm, station] = [this.#realm, this.#station];
    this.#realm = undefined;
    this.#station = undefined;
    this.displayNow = this.relayNow = 'unknown';
    await realm?.cut();
    void station?.stop();
  }

  #hear(event: StationEvent): void {
    if (event.kind === 'display') {
      if (event.state === 'recovering' && this.displayNow !== 'recovering') this.recoveries += 1;
      this.displayNow = event.state;
    } else if (event.kind === 'relay') this.relayNow = event.state;
    else if (event.kind === 'log') this.say(`${event.entry.event}: ${event.entry.text}`);
  }
}
