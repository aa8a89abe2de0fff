/**
 * A kiosk's day on a simulated display, as fast as the machine can: customers come and go, things break, tabs crash, and a bystander
 * (truth.ts) watches. The same seed gives the same day.
 */
import { isEnded } from '../../shared/commands.ts';
import { createSimulatedPort, type SimulatedPort } from '../../shared/device/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/device/simulator.ts';
import { createStation } from '../../shared/station/create-station.ts';
import type { Station, StationEvent } from '../../shared/station/station.ts';
import { FakeRelay, type FakeCommand } from '../support/fake-relay.ts';
import { realClock, type Clock } from '../../shared/clock.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MapMemory, PlainPictures, seeded } from '../support/station-rig.ts';
import { nextFault, type SoakFault } from './faults.ts';
import { makeRealm, type Realm } from './realm.ts';
import { Truth, textOf } from './truth.ts';

export interface DayOptions {
  readonly seed: number;
  /** Ends after this many faults, or after this much time, whichever comes first. */
  readonly faults?: number;
  readonly hours?: number;
  /** Between two visits of a customer, on average. */
  readonly meanPauseMs?: number;
  /** `manual` (default): as fast as the machine can. `real`: hours are hours. */
  readonly time?: 'manual' | 'real';
  /** Called at each calm moment, first and last included: the time to look at memory. */
  readonly onCalm?: (day: Day) => void;
}

/** Time as the day goes through it. */
interface Time {
  readonly clock: Clock;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until the promise settles. */
  finish(promise: Promise<void>): Promise<void>;
  /** Waits that are open, where that can be counted. */
  readonly pending: () => number | undefined;
}

function manualTime(): Time {
  const clock = new ManualClock();
  return {
    clock,
    pass: (ms) => clock.advance(ms),
    finish: (promise) => clock.run(promise),
    pending: () => clock.pending,
  };
}

const realTime = (): Time => ({
  clock: realClock,
  pass: (ms) => realClock.sleep(ms),
  finish: (promise) => promise,
  pending: () => undefined,
});

export interface DayFigures {
  /** On the day's own clock. */
  readonly tookMs: number;
  readonly faults: number;
  readonly posted: number;
  readonly shown: number;
  readonly failed: number;
  readonly recoveries: number;
  readonly replugs: number;
  /** A picture was intact on the glass, but the display would not confirm it. */
  readonly shownButFailed: number;
  readonly violations: readonly string[];
  /** Waits that are open at the first and at the last calm moment: a leak shows as growth. Undefined on a real clock. */
  readonly waits: readonly [first: number | undefined, last: number | undefined];
}

/** Everything is over and done within this time of calm, or something hangs. */
const CALM_WITHIN_MS = 15 * 60_000;
const OFTEN_CALM = 20;
/** A restart that nothing is heard of cannot be known of (docs/protocol.md). */
const BANNERS = ['rom', 'model', 'garbage'] as const;

export class Day {
  readonly clock: Clock;
  readonly relay: FakeRelay;
  readonly display: SimulatedDisplay;
  readonly port: SimulatedPort;
  readonly truth: Truth;
  readonly #random: () => number;
  readonly #memory = new MapMemory();
  readonly #options: DayOptions;
  readonly #time: Time;
  readonly #startedAt: number;
  #realm: Realm | undefined;
  #station: Station | undefined;
  #lives = 0;
  #displayNow = 'unknown';
  #relayNow = 'unknown';
  #faults = 0;
  #posted = 0;
  #shown = 0;
  #failed = 0;
  #shownButFailed = 0;
  #recoveries = 0;
  #replugs = 0;
  #pictureBytes = 2_400;
  readonly log: string[] = [];

  constructor(options: DayOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#time = options.time === 'real' ? realTime() : manualTime();
    this.clock = this.#time.clock;
    this.#startedAt = this.clock.now();
    this.relay = new FakeRelay(this.clock);
    this.display = new SimulatedDisplay({
      clock: this.clock,
      variant: {
        saysExit: this.#random() < 0.7,
        banner: BANNERS[Math.floor(this.#random() * BANNERS.length)] ?? 'rom',
        fileinfo: this.#random() < 0.5,
        deletes: this.#random() < 0.5 ? 'plain' : 'images',
        deafAfterScreenChangeMs: this.#random() < 0.3 ? 1_200 : 0,
      },
    });
    this.port = createSimulatedPort(this.display, { clock: this.clock });
    this.truth = new Truth(this.clock, this.relay, this.display);
  }

  get #elapsedMs(): number {
    return this.clock.now() - this.#startedAt;
  }

  async run(): Promise<DayFigures> {
    const { faults = Infinity, hours = Infinity, meanPauseMs = 20_000 } = this.#options;
    await this.#openTab();
    await this.#calm();
    const firstWaits = this.#time.pending();
    for (let round = 1; this.#faults < faults && this.#elapsedMs < hours * 3_600_000; round += 1) {
      await this.#visit();
      await this.#time.pass(this.#random() * 2 * meanPauseMs);
      if (round % OFTEN_CALM !== 0) continue;
      await this.#calm();
      this.#forgetOldCommands();
    }
    await this.#calm();
    const lastWaits = this.#time.pending();
    for (const command of this.relay.commands) this.relay.clear(command, 'closed');
    await this.#time.pass(400_000);
    await this.#calm();
    this.truth.checkEnds();
    this.#count(this.relay.commands);
    await this.#realm?.cut();
    await this.#time.finish(this.#station?.stop() ?? Promise.resolve());
    return {
      tookMs: this.#elapsedMs,
      faults: this.#faults,
      posted: this.#posted,
      shown: this.#shown,
      failed: this.#failed,
      recoveries: this.#recoveries,
      replugs: this.#replugs,
      shownButFailed: this.#shownButFailed,
      violations: this.truth.violations,
      waits: [firstWaits, lastWaits],
    };
  }

  /** A customer comes; something may break before, meanwhile or afterwards. */
  async #visit(): Promise<void> {
    const chance = this.#random();
    if (chance < 0.6) await this.#strike(nextFault(this.#random));
    // Two at once find what neither finds alone.
    if (chance < 0.25) await this.#strike(nextFault(this.#random));
    if (this.#random() < 0.9) this.#post();
    if (chance < 0.2) {
      await this.#time.pass(this.#random() * 4_000);
      await this.#strike(nextFault(this.#random));
    }
    if (this.#random() < 0.5) {
      await this.#time.pass(this.#random() * 15_000);
      const target = this.relay.commands.findLast(({ type, state }) => type === 'display_qr' && !isEnded(state));
      if (target) this.#end(target);
    }
  }

  #post(): void {
    this.#posted += 1;
    this.#pictureBytes = 700 + Math.floor(this.#random() * 3_400);
    const ttlMs = this.#random() < 0.2 ? 5_000 + this.#random() * 20_000 : 300_000;
    this.relay.post(
      { qr_text: `pay-${this.#posted}`, display_seconds: this.#random() < 0.3 ? 10 : 120 },
      'display_qr',
      ttlMs,
    );
  }

  #end(target: FakeCommand): void {
    const chance = this.#random();
    if (chance < 0.5) this.relay.clear(target, 'paid', 'show_paid');
    else this.relay.clear(target, chance < 0.75 ? 'cancelled' : 'closed');
  }

  async #strike(fault: SoakFault): Promise<void> {
    this.#faults += 1;
    this.#say(JSON.stringify(fault));
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
        await this.#closeTab();
        this.#after(fault.backAfterMs, () => void this.#openTab());
        return;
    }
  }

  #pull(outMs: number): void {
    this.#replugs += 1;
    this.port.unplug();
    this.#after(outMs, () => this.port.plug());
  }

  #after(ms: number, then: () => void): void {
    void this.clock.sleep(ms).then(then);
  }

  async #openTab(): Promise<void> {
    if (this.#realm) return;
    this.#lives += 1;
    const realm = makeRealm({ http: this.relay.http, memory: this.#memory, ports: this.port });
    this.#realm = realm;
    this.#station = createStation({
      identity: { computerName: 'SOAK-PC', kind: 'kiosk', version: '0.0.0', enrolKey: this.relay.enrolKey },
      ...realm,
      pictures: { make: (screen) => new PlainPictures(this.#pictureBytes).make(screen) },
      clock: this.clock,
      random: seeded(this.#options.seed + this.#lives),
      onEvent: (event) => {
        if (this.#realm === realm) this.#hear(event);
      },
    });
    await this.#station.start();
  }

  /** As a crash does. */
  async #closeTab(): Promise<void> {
    const [realm, station] = [this.#realm, this.#station];
    this.#realm = undefined;
    this.#station = undefined;
    this.#displayNow = this.#relayNow = 'unknown';
    await realm?.cut();
    void station?.stop();
  }

  #hear(event: StationEvent): void {
    if (event.kind === 'display') {
      if (event.state === 'recovering' && this.#displayNow !== 'recovering') this.#recoveries += 1;
      this.#displayNow = event.state;
    } else if (event.kind === 'relay') this.#relayNow = event.state;
    else if (event.kind === 'log') this.#say(`${event.entry.event}: ${event.entry.text}`);
  }

  /** Nothing breaks any more; everything that is under way comes to its end. */
  async #calm(): Promise<void> {
    this.display.clearFaults();
    this.relay.mood = { kind: 'well' };
    this.#say('calm from here');
    if (!this.#realm) await this.#openTab();
    const limit = this.clock.now() + CALM_WITHIN_MS;
    let quietSince = this.clock.now();
    while (this.clock.now() - quietSince < 100_000) {
      await this.#time.pass(1_000);
      this.relay.settle();
      if (this.#displayNow === 'error' && !this.port.plugged) this.port.plug();
      const busy = this.relay.commands.some(({ state }) => state === 'pending' || state === 'delivered');
      if (busy || this.#displayNow !== 'ready' || this.#relayNow !== 'online') quietSince = this.clock.now();
      if (this.clock.now() > limit) {
        this.truth.violations.push(
          `at ${(this.clock.now() / 1000).toFixed(0)} s: no calm; display ${this.#displayNow}, relay ${this.#relayNow}, ` +
            this.relay.commands
              .filter(({ state }) => !isEnded(state))
              .map(({ id, type, state }) => `${id} ${type} ${state}`)
              .join(', '),
        );
        return;
      }
    }
    this.truth.checkCalm();
    this.#options.onCalm?.(this);
  }

  /** What is long over is counted and let go, as a relay's history would. */
  #forgetOldCommands(): void {
    const { commands } = this.relay;
    const keep = commands.filter(
      (command) => !isEnded(command.state) || this.clock.now() - (command.endedAt ?? 0) < 600_000,
    );
    const old = commands.filter((command) => !keep.includes(command));
    this.#count(old);
    commands.splice(0, commands.length, ...keep);
  }

  #count(ended: readonly FakeCommand[]): void {
    for (const command of ended.filter(({ type }) => type === 'display_qr')) {
      const seen = this.truth.shown.delete(textOf(command));
      if (command.displayedAt !== undefined) this.#shown += 1;
      if (command.state === 'failed') this.#failed += 1;
      if (command.state === 'failed' && command.displayedAt === undefined && seen) this.#shownButFailed += 1;
    }
  }

  #say(text: string): void {
    this.log.push(`${(this.clock.now() / 1000).toFixed(2)} ${text}`);
    if (this.log.length > 400) this.log.splice(0, 200);
  }
}
