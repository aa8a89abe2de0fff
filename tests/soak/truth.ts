/**
 * The bystander of a soak: sees the screen itself and hears every report, and notes whatever does not agree. Knows no
 * station.
 */
import type { Clock } from '../../shared/util/clock.ts';
import { isEnded } from '../../shared/wire/commands.ts';
import type { SimulatedDisplay, SimulatedScreen } from '../../shared/simulator/simulated-display.ts';
import { readAsDrawn, readPlain } from '../support/station/station-rig.ts';
import type { FakeCommand, FakeRelay } from '../support/station/fake-relay.ts';

/** A command may end in the moment in which the last chunk is on its way. */
const SAME_MOMENT_MS = 3_000;

/** A relay that was away is asked again by then. */
const WELL_AGAIN_MS = 10_000;

/** The payment text of the intact QR in these bytes; undefined for other screens and for damaged ones. */
function qrTextOf(bytes: Uint8Array): string | undefined {
  return qrIn(readPlain(bytes));
}

const qrIn = (screen: ReturnType<typeof readPlain>): string | undefined =>
  screen?.kind === 'qr' && screen.source.kind === 'text' ? screen.source.text : undefined;

export class Truth {
  readonly violations: string[] = [];
  /** QRs that a customer could have scanned, by payment text. */
  readonly shown = new Set<string>();
  readonly #clock: Clock;
  readonly #relay: FakeRelay;
  readonly #display: SimulatedDisplay;
  #darkAt = 0;

  constructor(clock: Clock, relay: FakeRelay, display: SimulatedDisplay) {
    this.#clock = clock;
    this.#relay = relay;
    this.#display = display;
    display.onScreen((shown) => this.#look(shown));
    relay.onReport = (command, body) => this.#hear(command, body);
  }

  /** With every fault over and nothing left to do: screen, slots and relay must tell the same story. */
  checkCalm(): void {
    const { screen: shown, files } = this.#display;
    const live = this.#relay.commands.filter(({ state }) => state === 'displayed');
    const wanted = live.at(-1);
    if (live.length > 1) this.#note(`${live.length} codes are displayed at once, as the relay was told`);
    if (wanted === undefined) {
      if (shown.kind !== 'rotation') this.#note(`nothing is displayed, but the screen shows ${this.#describe(shown)}`);
      for (const [name, bytes] of files)
        if (qrIn(readAsDrawn(bytes)) !== undefined)
          this.#note(`slot ${name} keeps ${qrIn(readAsDrawn(bytes))} in the idle rotation`);
    } else if (shown.kind !== 'picture' || qrTextOf(shown.bytes) !== textOf(wanted))
      this.#note(`${textOf(wanted)} is displayed as the relay was told, the screen shows ${this.#describe(shown)}`);
  }

  /** Every one of these commands has one end, and it is a true one. By default all, at the end of the day. */
  checkEnds(commands: readonly FakeCommand[] = this.#relay.commands): void {
    for (const command of commands) {
      if (!isEnded(command.state)) this.#note(`${command.id} (${command.type}) never ended, it is ${command.state}`);
      if (command.type !== 'display_qr') continue;
      const seen = this.shown.has(textOf(command));
      if (command.displayedAt !== undefined && !seen) this.#note(`${command.id} was never on the screen`);
      if (seen && (command.state === 'expired' || command.state === 'superseded'))
        this.#note(`${command.id} is ${command.state}, but it was on the screen`);
    }
  }

  #look(shown: SimulatedScreen): void {
    if (shown.kind === 'dark' || shown.kind === 'booting') this.#darkAt = this.#clock.now();
    if (shown.kind !== 'picture') return;
    // A code whose end is missing is no shown one, but a customer may read it.
    const text = qrIn(readAsDrawn(shown.bytes));
    if (text === undefined) return;
    if (qrTextOf(shown.bytes) !== undefined) this.shown.add(text);
    const command = this.#relay.commands.find((candidate) => textOf(candidate) === text);
    if (command === undefined) this.#note(`a QR that nobody posted is on the screen: ${text}`);
    else if (this.#overFor(command) > SAME_MOMENT_MS && command.reason !== 'unreported')
      this.#note(`${text} came onto the screen ${this.#overFor(command)} ms after it had ended as ${command.state}`);
    else if (command.displayedAt === undefined && this.#calledOffLongAgo(command))
      this.#note(`${text} came onto the screen although it had been called off while it was on its way`);
    else if (command.displayedAt !== undefined && this.#calledOffInTheDark(command))
      this.#note(`${text} came back onto the screen although it had been called off while the display was away`);
  }

  /** Since its end, in ms. An end as `unreported` is the relay's own; its word cannot have reached the device. */
  #overFor({ endedAt }: FakeCommand): number {
    return endedAt === undefined ? 0 : this.#clock.now() - endedAt;
  }

  /** The display lost its picture after that, and there was a relay to ask before it was put back. */
  #calledOffInTheDark({ askedOffAt }: FakeCommand): boolean {
    return (
      askedOffAt !== undefined &&
      askedOffAt < this.#darkAt &&
      this.#relay.wellSince < this.#clock.now() - 2 * SAME_MOMENT_MS
    );
  }

  /** Before the picture's end, with a relay that could have been heard all the while. */
  #calledOffLongAgo({ askedOffAt }: FakeCommand): boolean {
    const heardSince = this.#clock.now() - SAME_MOMENT_MS;
    return askedOffAt !== undefined && askedOffAt < heardSince && this.#relay.wellSince < askedOffAt - WELL_AGAIN_MS;
  }

  #hear(command: FakeCommand, body: Readonly<Record<string, unknown>>): void {
    if (body.status !== 'success' || command.type !== 'display_qr') return;
    if (!this.shown.has(textOf(command)))
      this.#note(`success was reported of ${textOf(command)}, which was never on the screen`);
  }

  #describe(shown: SimulatedScreen): string {
    if (shown.kind !== 'picture') return shown.kind;
    return qrTextOf(shown.bytes) ?? readPlain(shown.bytes)?.kind ?? 'a damaged picture';
  }

  #note(text: string): void {
    this.violations.push(`at ${(this.#clock.now() / 1000).toFixed(1)} s: ${text}`);
  }
}

export const textOf = (command: FakeCommand): string => String(command.fields.qr_text);
