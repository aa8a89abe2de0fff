/**
 * What goes wrong at a counter, one row a fault: what the agent reads, what the relay is told, and how long until the
 * next QR is on the screen. Runs on any transport, through a bench that plays the display at its other end: on the
 * simulated port under a manual clock (fault-matrix.test.ts), and unchanged on real drivers. The rows are in
 * fault-rows.ts.
 */
import { describe, expect, it } from 'vitest';
import {
  isQrRefused,
  unknownStation,
  withMessage,
  type StationView,
} from '../../kiosk/pages/kiosk/data/station-view.ts';
import type { Clock } from '../../shared/util/clock.ts';
import { isEnded } from '../../shared/wire/commands.ts';
import type { Fault } from '../../shared/simulator/faults.ts';
import type { SimulatedDisplay } from '../../shared/simulator/simulated-display.ts';
import type { PortSource } from '../../shared/display/transport.ts';
import { Station } from '../../shared/station/station.ts';
import type { StationEvent } from '../../shared/station/station-types.ts';
import { FakeRelay, type FakeCommand } from '../support/station/fake-relay.ts';
import { MapMemory, PlainPictures, readPlain, seeded } from '../support/station/station-rig.ts';
import { ALL_ROWS } from './all-rows.ts';
import { PICTURE_BYTES, type Board, type FaultRow, type Hands } from './fault-rows.ts';

/** One display on one port, and time. One per row. */
export interface MatrixBench {
  readonly clock: Clock;
  readonly display: SimulatedDisplay;
  readonly ports: PortSource;
  plug(): Promise<void> | void;
  unplug(): Promise<void> | void;
  /** While true, another program holds the port. */
  setBusy(busy: boolean): Promise<void> | void;
  /** Lets time pass until the condition holds. @throws when it does not within `limitMs` */
  until(what: string, condition: () => boolean, limitMs: number): Promise<void>;
  dispose(): Promise<void> | void;
}

export interface MatrixOptions {
  readonly makeBench: (board: Board) => Promise<MatrixBench> | MatrixBench;
  /** On top of every time in the rows, in ms: 0 under a manual clock, what a busy machine costs on a real one. */
  readonly slackMs: number;
  /** Faults that this bench cannot play, each with the reason for which its rows are skipped. */
  readonly cannot?: Readonly<Partial<Record<Fault['kind'] | 'busy', string>>>;
  /** Rows at once: for real clocks, on which most of a row is waiting. */
  readonly concurrent?: boolean;
  /** Told the times of each row that passed, in ms, for who prints figures. */
  readonly onPlayed?: (row: FaultRow, tookMs: number, nextMs: number) => void;
}

const BOOT_WITHIN_MS = 20_000;

/** A station on a bench, and what may be said of it. */
class Counter implements Hands {
  readonly relay: FakeRelay;
  readonly #bench: MatrixBench;
  readonly #station: Station;
  /** What the page has said of the display, in order. */
  readonly #said: string[] = [];
  #view: StationView = unknownStation;
  #posts = 0;

  constructor(bench: MatrixBench) {
    this.#bench = bench;
    this.relay = new FakeRelay(bench.clock);
    this.#station = new Station({
      identity: { computerName: 'MATRIX-PC', kind: 'kiosk', version: '0.0.0', enrolKey: this.relay.enrolKey },
      http: this.relay.http,
      ports: bench.ports,
      pictures: new PlainPictures(PICTURE_BYTES),
      memory: new MapMemory(),
      clock: bench.clock,
      random: seeded(1),
      onEvent: (event) => this.#hear(event),
    });
  }

  get display(): SimulatedDisplay {
    return this.#bench.display;
  }

  plug = (): Promise<void> | void => this.#bench.plug();
  unplug = (): Promise<void> | void => this.#bench.unplug();
  setBusy = (busy: boolean): Promise<void> | void => this.#bench.setBusy(busy);

  async start(): Promise<void> {
    await this.#station.start();
    await this.untilReads('ready', BOOT_WITHIN_MS);
    await this.#bench.until('the relay answers', () => this.relay.token !== undefined, BOOT_WITHIN_MS);
  }

  async stop(): Promise<void> {
    let stopped = false;
    void this.#station.stop().then(() => (stopped = true));
    await this.#bench.until('the station has stopped', () => stopped, 30_000);
  }

  /** As the page does it: `ready (refused)` is a ready display that did not take the last QR. */
  #hear(event: StationEvent): void {
    this.#view = withMessage(this.#view, { kind: 'event', event }, new Date(this.#bench.clock.now()));
    if (event.kind !== 'display' && event.kind !== 'command') return;
    const { state, cause = isQrRefused(this.#view) ? 'refused' : undefined } = this.#view.display;
    const said = cause === undefined ? state : `${state} (${cause})`;
    if (said !== this.#said.at(-1)) this.#said.push(said);
  }

  /** What the agent reads of the display now: its state, and the cause that chooses the words. */
  get reads(): string {
    return this.#said.at(-1) ?? 'nothing';
  }

  /** What was read since, in order, without the everyday. */
  troublesSince(mark: number): string[] {
    const words = this.#said.slice(mark).filter((said) => !['ready', 'uploading', 'connecting'].includes(said));
    return words.filter((word, index) => word !== words[index - 1]);
  }

  mark = (): number => this.#said.length;

  untilReads = (wanted: string, limitMs: number): Promise<void> =>
    this.#bench.until(`the agent reads "${wanted}"`, () => this.reads === wanted, limitMs);

  post(ttlMs?: number): FakeCommand {
    this.#posts += 1;
    return this.relay.post({ qr_text: `pay-${this.#posts}` }, 'display_qr', ttlMs);
  }

  async showQr(): Promise<void> {
    await this.outcome(this.post(), BOOT_WITHIN_MS);
  }

  async clearQr(...[reason = 'closed', follows = 'rotation']: Parameters<Hands['clearQr']>): Promise<void> {
    const shown = this.relay.commands.findLast(({ state }) => state === 'displayed');
    if (shown) this.relay.clear(shown, reason, reason === 'paid' ? 'show_paid' : 'start_rotation');
    await this.#bench.until(`the display shows its ${follows}`, () => this.customerSees === follows, 20_000);
  }

  /** Until the relay has heard how it went. Milliseconds from now. */
  async outcome(command: FakeCommand, limitMs: number): Promise<number> {
    const from = this.#bench.clock.now();
    const hasOutcome = (): boolean => command.state === 'displayed' || isEnded(command.state);
    await this.#bench.until(`${command.id} is displayed or has ended`, hasOutcome, limitMs);
    return this.#bench.clock.now() - from;
  }

  get customerSees(): string {
    const { screen: shown } = this.display;
    if (shown.kind === 'native') return shown.name === 'qr' ? (shown.args[0] ?? '') : shown.name;
    if (shown.kind !== 'picture') return shown.kind;
    const screen = readPlain(shown.bytes);
    if (screen?.kind === 'qr' && screen.source.kind === 'text') return screen.source.text;
    return screen?.kind ?? 'a damaged picture';
  }
}

export function describeFaultMatrix(name: string, options: MatrixOptions): void {
  const each = options.concurrent === true ? describe.concurrent : describe;
  each(`the fault matrix: ${name}`, () => {
    for (const row of ALL_ROWS) {
      const cannot = [...(row.strike ?? []).map(({ kind }) => kind), ...(row.needs ?? [])]
        .map((kind) => options.cannot?.[kind])
        .find((reason) => reason !== undefined);
      it.skipIf(cannot !== undefined)(cannot === undefined ? row.name : `${row.name} (skipped: ${cannot})`, () =>
        play(row, options),
      );
    }
  });
}

async function play(row: FaultRow, { makeBench, slackMs, onPlayed }: MatrixOptions): Promise<void> {
  const bench = await makeBench(row.board ?? {});
  const counter = new Counter(bench);
  counter.relay.settings = row.settings;
  try {
    await counter.start();
    const mark = counter.mark();
    await row.before?.(counter);
    for (const fault of row.strike ?? []) bench.display.inject(fault);
    const struck = counter.post(row.ttlMs);
    const [tookMs] = await Promise.all([counter.outcome(struck, row.withinMs + slackMs), row.meanwhile?.(counter)]);
    expect(bench.display.faults, 'the fault happened').toEqual(row.left ?? []);
    expect({ state: struck.state, reason: struck.reason }).toEqual({ reason: undefined, ...row.relayHears });
    if (row.attempts !== undefined) expect(struck.reports.at(-1)?.attempts).toBe(row.attempts);
    if (struck.state === 'displayed') expect(counter.customerSees).toBe(struck.fields.qr_text);
    if (row.left === undefined) bench.display.clearFaults();
    await row.after?.(counter);
    expect(bench.display.faults, 'what lasted is over').toEqual([]);

    const next = counter.post();
    const nextMs = await counter.outcome(next, row.nextWithinMs + slackMs);
    expect(next.state).toBe('displayed');
    expect(counter.customerSees).toBe(next.fields.qr_text);
    expect(counter.troublesSince(mark)).toEqual(row.agentReads);
    expect(tookMs).toBeLessThanOrEqual(row.withinMs + slackMs);
    expect(nextMs).toBeLessThanOrEqual(row.nextWithinMs + slackMs);
    onPlayed?.(row, tookMs, nextMs);
  } finally {
    await counter.stop();
    await bench.dispose();
  }
}
