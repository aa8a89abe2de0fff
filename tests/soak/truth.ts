/**
 * The bystander of a soak: sees the glass itself and hears every report, and notes whatever does not agree. Knows no station.
 */
import type { Clock } from '../../shared/clock.ts';
import { isEnded } from '../../shared/commands.ts';
import type { SimulatedDisplay, SimulatedGlass } from '../../shared/device/simulator.ts';
import { readPlain } from '../support/station-rig.ts';
import type { FakeCommand, FakeRelay } from '../support/fake-relay.ts';

/** A command may end in the moment in which the last chunk is on its way. */
const SAME_MOMENT_MS = 3_000;

/** The payment text of the intact QR in these bytes; undefined for other screens and for damaged ones. */
export function qrTextOf(bytes: Uint8Array): string | undefined {
  const screen = readPlain(bytes);
  return screen?.kind === 'qr' && screen.source.kind === 'text' ? screen.source.text : undefined;
}

export class Truth {
  readonly violations: string[] = [];
  /** QRs that a customer could have scanned, by payment text. */
  readonly shown = new Set<string>();
  readonly #clock: Clock;
  readonly #relay: FakeRelay;
  readonly #display: SimulatedDisplay;

  constructor(clock: Clock, relay: FakeRelay, display: SimulatedDisplay) {
    this.#clock = clock;
    this.#relay = relay;
    this.#display = display;
    display.onGlass((glass) => this.#look(glass));
    relay.onReport = (command, body) => this.#hear(command, body);
  }

  /** With every fault over and nothing left to do: glass, slots and relay must tell the same story. */
  checkCalm(): void {
    const { glass, files } = this.#display;
    const live = this.#relay.commands.filter(({ state }) => state === 'displayed');
    const wanted = live.at(-1);
    if (live.length > 1) this.#note(`${live.length} codes are displayed at once, as the relay was told`);
    if (wanted === undefined) {
      if (glass.kind !== 'rotation') this.#note(`nothing is displayed, but the glass shows ${this.#describe(glass)}`);
      for (const [name, bytes] of files)
        if (qrTextOf(bytes) !== undefined) this.#note(`slot ${name} keeps ${qrTextOf(bytes)} in the idle rotation`);
    } else if (glass.kind !== 'picture' || qrTextOf(glass.bytes) !== textOf(wanted))
      this.#note(`${textOf(wanted)} is displayed as the relay was told, the glass shows ${this.#describe(glass)}`);
  }

  /** At the end of the day every command has one end, and it is a true one. */
  checkEnds(): void {
    for (const command of this.#relay.commands) {
      if (!isEnded(command.state)) this.#note(`${command.id} (${command.type}) never ended, it is ${command.state}`);
      if (command.type !== 'display_qr') continue;
      const seen = this.shown.has(textOf(command));
      if (command.displayedAt !== undefined && !seen) this.#note(`${command.id} was never on the glass`);
      if (seen && (command.state === 'expired' || command.state === 'superseded'))
        this.#note(`${command.id} is ${command.state}, but it was on the glass`);
    }
  }

  #look(glass: SimulatedGlass): void {
    if (glass.kind !== 'picture') return;
    const text = qrTextOf(glass.bytes);
    if (text === undefined) return;
    this.shown.add(text);
    const command = this.#relay.commands.find((candidate) => textOf(candidate) === text);
    if (command === undefined) this.#note(`a QR that nobody posted is on the glass: ${text}`);
    else if (
      command.endedAt !== undefined &&
      this.#clock.now() - command.endedAt > SAME_MOMENT_MS &&
      !this.#unheard(command)
    )
      this.#note(
        `${text} came onto the glass ${this.#clock.now() - command.endedAt} ms after it had ended as ${command.state}`,
      );
  }

  /** The relay gave it up, and its word cannot have reached the device: the network was away. */
  #unheard(command: FakeCommand): boolean {
    return command.reason === 'unreported';
  }

  #hear(command: FakeCommand, body: Readonly<Record<string, unknown>>): void {
    if (body.status !== 'success' || command.type !== 'display_qr') return;
    if (!this.shown.has(textOf(command)))
      this.#note(`success was reported of ${textOf(command)}, which was never on the glass`);
  }

  #describe(glass: SimulatedGlass): string {
    if (glass.kind !== 'picture') return glass.kind;
    return qrTextOf(glass.bytes) ?? readPlain(glass.bytes)?.kind ?? 'a damaged picture';
  }

  #note(text: string): void {
    this.violations.push(`at ${(this.#clock.now() / 1000).toFixed(1)} s: ${text}`);
  }
}

export const textOf = (command: FakeCommand): string => String(command.fields.qr_text);
