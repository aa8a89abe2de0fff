/**
 * A kiosk's day, as fast as the machine can: customers come and go, things break, tabs crash, and a bystander
 * (truth.ts) watches. The same seed gives the same day.
 */
import { isEnded } from '../../shared/wire/commands.ts';
import type { FakeCommand } from '../support/station/fake-relay.ts';
import { seeded } from '../support/station/station-rig.ts';
import { SoakCounter } from './counter.ts';
import { nextFault, type SoakFault } from './faults.ts';
import { manualTime, realTime, type Time } from './time.ts';
import { Truth, textOf } from './truth.ts';

export interface DayOptions {
  readonly seed: number;
  /** Between two visits of a customer, on average. */
  readonly meanPauseMs?: number;
  /** `manual` (default): as fast as the machine can. `real`: hours are hours. */
  readonly time?: 'manual' | 'real';
  /** False: the tab lives on, whatever happens; true (default): it crashes now and then, and another is opened. */
  readonly crashes?: boolean;
  /** Called at each calm moment, first and last included: the time to look at memory. */
  readonly onCalm?: (day: Day) => void;
}

export interface DayFigures {
  /** On the day's own clock. */
  readonly tookMs: number;
  readonly faults: number;
  readonly posted: number;
  readonly shown: number;
  readonly failed: number;
  readonly recoveries: number;
  readonly replugs: number;
  /** A picture was intact on the screen, but the display would not confirm it, or its time ended meanwhile. */
  readonly shownButFailed: number;
  readonly violations: readonly string[];
  /**
   * Waits that are open at the first and at the last calm moment: a leak shows as growth. Undefined on a real clock.
   */
  readonly waits: readonly [first: number | undefined, last: number | undefined];
}

/** Everything is over and done within this time of calm, or something hangs. */
const CALM_WITHIN_MS = 15 * 60_000;
const OFTEN_CALM = 20;
const MEAN_PAUSE_MS = 20_000;

export class Day {
  readonly counter: SoakCounter;
  readonly truth: Truth;
  readonly #options: DayOptions;
  readonly #random: () => number;
  readonly #time: Time;
  readonly #startedAt: number;
  #firstWaits: number | undefined;
  #lastWaits: number | undefined;
  #faults = 0;
  #rounds = 0;
  #posted = 0;
  #shown = 0;
  #failed = 0;
  #shownButFailed = 0;

  constructor(options: DayOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#time = options.time === 'real' ? realTime() : manualTime();
    const { clock } = this.#time;
    this.#startedAt = clock.now();
    this.counter = new SoakCounter(options.seed, clock, this.#random);
    this.truth = new Truth(clock, this.counter.relay, this.counter.display);
  }

  get faults(): number {
    return this.#faults;
  }

  get tookMs(): number {
    return this.#time.clock.now() - this.#startedAt;
  }

  /** Waits that are open now; undefined on a real clock. */
  get waits(): number | undefined {
    return this.#time.pending();
  }

  async begin(): Promise<void> {
    await this.counter.openTab();
    await this.#calm();
    this.#firstWaits = this.waits;
  }

  /** For so many more faults or so much more time, whichever is over first; ends calm. */
  async work(faults: number, hours: number): Promise<void> {
    const { meanPauseMs = MEAN_PAUSE_MS } = this.#options;
    const [untilFaults, untilMs] = [this.#faults + faults, this.tookMs + hours * 3_600_000];
    while (this.#faults < untilFaults && this.tookMs < untilMs) {
      await this.#visit();
      await this.#time.pass(this.#random() * 2 * meanPauseMs);
      this.#rounds += 1;
      if (this.#rounds % OFTEN_CALM !== 0) continue;
      await this.#calm();
      this.#forgetOldCommands();
    }
    await this.#calm();
    this.#lastWaits = this.waits;
  }

  /** Takes every code off, looks at all ends, and closes the tab. */
  async end(): Promise<DayFigures> {
    const { relay, recoveries, replugs } = this.counter;
    for (const command of relay.commands) relay.clear(command, 'closed');
    await this.#time.pass(400_000);
    await this.#calm();
    this.truth.checkEnds();
    this.#count(relay.commands);
    await this.#time.finish(this.counter.closeTab());
    return {
      tookMs: this.tookMs,
      faults: this.#faults,
      posted: this.#posted,
      shown: this.#shown,
      failed: this.#failed,
      recoveries,
      replugs,
      shownButFailed: this.#shownButFailed,
      violations: this.truth.violations,
      waits: [this.#firstWaits, this.#lastWaits],
    };
  }

  /** A customer comes; something may break before, meanwhile or afterwards. */
  async #visit(): Promise<void> {
    const chance = this.#random();
    if (chance < 0.6) await this.#strike();
    // Two at once find what neither finds alone.
    if (chance < 0.25) await this.#strike();
    if (this.#random() < 0.9) this.#post();
    if (chance < 0.2) {
      await this.#time.pass(this.#random() * 4_000);
      await this.#strike();
    }
    if (this.#random() < 0.5) {
      await this.#time.pass(this.#random() * 15_000);
      const target = this.counter.relay.commands.findLast(
        ({ type, state }) => type === 'display_qr' && !isEnded(state),
      );
      if (target) this.#endCode(target);
    }
  }

  #strike(): Promise<void> {
    this.#faults += 1;
    return this.counter.strike(this.#nextFault());
  }

  #nextFault(): SoakFault {
    for (;;) {
      const fault = nextFault(this.#random);
      if (fault.kind !== 'crash' || this.#options.crashes !== false) return fault;
    }
  }

  #post(): void {
    this.#posted += 1;
    this.counter.pictureBytes = 700 + Math.floor(this.#random() * 3_400);
    const ttlMs = this.#random() < 0.2 ? 5_000 + this.#random() * 20_000 : 300_000;
    this.counter.relay.post(
      { qr_text: `pay-${this.#posted}`, display_seconds: this.#random() < 0.3 ? 10 : 120 },
      'display_qr',
      ttlMs,
    );
  }

  #endCode(target: FakeCommand): void {
    const chance = this.#random();
    if (chance < 0.5) this.counter.relay.clear(target, 'paid', 'show_paid');
    else this.counter.relay.clear(target, chance < 0.75 ? 'cancelled' : 'closed');
  }

  /** Nothing breaks any more; everything that is under way comes to its end. */
  async #calm(): Promise<void> {
    const { counter, truth } = this;
    const { relay, display, port } = counter;
    const { clock } = this.#time;
    display.clearFaults();
    relay.mood = { kind: 'well' };
    counter.say('calm from here');
    await counter.openTab();
    const limit = clock.now() + CALM_WITHIN_MS;
    let quietSince = clock.now();
    while (clock.now() - quietSince < 100_000) {
      await this.#time.pass(1_000);
      relay.expireDue();
      if (counter.displayNow === 'error' && !port.plugged) port.plug();
      const busy = relay.commands.some(({ state }) => state === 'pending' || state === 'delivered');
      if (busy || counter.displayNow !== 'ready' || counter.relayNow !== 'online') quietSince = clock.now();
      if (clock.now() > limit) {
        truth.violations.push(
          `at ${(clock.now() / 1000).toFixed(0)} s: no calm; display ${counter.displayNow}, relay ${counter.relayNow}, ` +
            relay.commands
              .filter(({ state }) => !isEnded(state))
              .map(({ id, type, state }) => `${id} ${type} ${state}`)
              .join(', '),
        );
        return;
      }
    }
    truth.checkCalm();
    this.#options.onCalm?.(this);
  }

  /** What is long over is looked at, counted and let go, as a relay's history would. */
  #forgetOldCommands(): void {
    const { commands } = this.counter.relay;
    const now = this.#time.clock.now();
    const keep = commands.filter((command) => !isEnded(command.state) || now - (command.endedAt ?? 0) < 600_000);
    const old = commands.filter((command) => !keep.includes(command));
    this.truth.checkEnds(old);
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
}
