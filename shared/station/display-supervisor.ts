/**
 * Keeps one display ready, all day: watches the ports, tries each until one answers, holds it open, brings it back, and says in the
 * product's words how it stands. Knows sessions and ports; knows no command and no picture.
 */
import type { Clock } from '../clock.ts';
import type { Display } from '../device/attempts.ts';
import type { SignalPolicy } from '../device/connection.ts';
import { pause } from '../device/deadline.ts';
import { DeviceError, toDeviceError } from '../device/device-error.ts';
import type { SessionState } from '../device/session-state.ts';
import { Session } from '../device/session.ts';
import type { PortSource, Transport } from '../device/transport.ts';
import { messageOf } from '../errors.ts';
import type { DisplayState } from '../display.ts';
import type { DisplayCause } from './station.ts';
import type { Log } from './log.ts';
import type { UnitBook } from './unit-book.ts';

export interface DisplayStanding {
  readonly state: DisplayState;
  readonly cause?: DisplayCause;
  readonly port?: { readonly label: string; readonly baudRate?: number; readonly model?: string };
}

export interface DisplaySupervisorOptions {
  readonly ports: PortSource;
  readonly clock: Clock;
  readonly units: UnitBook;
  readonly signalPolicy?: SignalPolicy | undefined;
  readonly baudRates?: readonly number[] | undefined;
  readonly onStanding: (standing: DisplayStanding) => void;
  readonly log: Log;
}

/** Ports are looked for again at least this often while there is no display; a replug is to be noticed within 3 s. */
const RESCAN_MS = 2_000;
/** A display that has not answered is asked again after this. */
const DEAF_AGAIN_MS = 5_000;
/** A ready display that has nothing to do is asked whether it is still there. */
const CHECK_MS = 60_000;
/** A port that has just been plugged in may not be openable yet. */
const FRESH_AGAIN_MS = 400;

export class DisplaySupervisor implements Display {
  readonly #options: DisplaySupervisorOptions;
  readonly #stopping = new AbortController();
  #session: Session | undefined;
  /** The session that has been ready at least once. */
  #answered: Session | undefined;
  #standing: DisplayStanding = { state: 'unplugged', cause: 'no_port' };
  #inUse: Promise<unknown> = Promise.resolve();
  #users = 0;
  #connecting = new AbortController();
  #changed: (() => void) | undefined;
  #changes = 0;
  #everReady = false;
  #lastKey: string | undefined;
  readonly #waiters = new Set<() => void>();
  #running: Promise<void> | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: DisplaySupervisorOptions) {
    this.#options = options;
  }

  get standing(): DisplayStanding {
    return this.#standing;
  }

  get ready(): boolean {
    return this.#standing.state === 'ready';
  }

  get baudRate(): number | undefined {
    return this.#session?.baudRate;
  }

  start(): void {
    this.#options.onStanding(this.#standing);
    this.#unwatch = this.#options.ports.watch(() => this.#portsChanged());
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#connecting.abort();
    this.#unwatch?.();
    this.#notify();
    await this.#session?.close();
    await this.#running;
  }

  /** Look again now. */
  wake(): void {
    this.#portsChanged();
  }

  /** Closes the port and begins anew. Resolves once the display is ready. */
  async restart(signal: AbortSignal): Promise<void> {
    this.#options.log('info', 'display_restart', 'The connection to the display is being restarted.');
    this.#connecting.abort();
    await this.#session?.close();
    this.#portsChanged();
    await this.#untilReady(signal);
  }

  async use<T>(signal: AbortSignal | undefined, work: (session: Session) => Promise<T>): Promise<T> {
    for (;;) {
      await this.#untilReady(signal);
      const result = await this.#inTurn(async (session) => {
        if (signal?.aborted) throw new DeviceError('aborted', 'The request was given up.');
        try {
          return { done: await work(session) };
        } finally {
          await this.#bringBack(session);
        }
      });
      if (result) return result.done;
    }
  }

  /** One user at a time. Undefined when the display was no longer ready when the turn came. */
  async #inTurn<T>(work: (session: Session) => Promise<T>): Promise<T | undefined> {
    this.#users += 1;
    const before = this.#inUse;
    let over: () => void = () => undefined;
    this.#inUse = new Promise<void>((resolve) => (over = resolve));
    await before;
    try {
      const session = this.#session;
      return session?.state.kind === 'ready' ? await work(session) : undefined;
    } finally {
      this.#users -= 1;
      over();
    }
  }

  /** After work: recovers what it broke. Does not throw; a display that does not come back has ended its session. */
  async #bringBack(session: Session): Promise<void> {
    if (session.state.kind !== 'broken') return;
    const { log, clock } = this.#options;
    log(
      'warn',
      'recovery_started',
      `The display does not answer as it should (${session.state.why}); bringing it back.`,
    );
    const startedAt = clock.now();
    try {
      await session.recover(this.#stopping.signal);
      log('info', 'recovery_done', `The display is back after ${Math.round(clock.now() - startedAt)} ms.`);
    } catch (error) {
      log('error', 'recovery_failed', messageOf(error));
      this.#notify();
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const changes = this.#changes;
      const transports = await this.#list();
      if (transports.length === 0) {
        this.#stand({ state: 'unplugged', cause: this.#everReady ? 'lost' : 'no_port' });
        await this.#untilChange(changes, RESCAN_MS);
        continue;
      }
      const failure = await this.#connectAny(transports);
      if (signal.aborted) return;
      if (!failure) {
        await this.#holdOpen();
        continue;
      }
      const again = failure.code === 'no_reply' || failure.code === 'needs_replug' ? DEAF_AGAIN_MS : RESCAN_MS;
      await this.#untilChange(changes, failure.code === 'lost' ? FRESH_AGAIN_MS : again);
    }
  }

  async #list(): Promise<readonly Transport[]> {
    try {
      return await this.#options.ports.list();
    } catch (error) {
      this.#options.log('error', 'ports_unreadable', messageOf(error));
      return [];
    }
  }

  /** Tries each port, the last good one first. Undefined: one is ready. */
  async #connectAny(transports: readonly Transport[]): Promise<DeviceError | undefined> {
    const ordered = [...transports].sort(
      (a, b) => Number(b.port.key === this.#lastKey) - Number(a.port.key === this.#lastKey),
    );
    let worst: { readonly error: DeviceError; readonly label: string } | undefined;
    for (const transport of ordered) {
      const failure = await this.#connect(transport);
      if (!failure || this.#stopping.signal.aborted) return undefined;
      const { label } = transport.port;
      this.#options.log('warn', 'display_not_ready', `${label}: ${failure.message}`);
      if (!worst || rank(failure) > rank(worst.error)) worst = { error: failure, label };
    }
    if (!worst) return undefined;
    this.#standForFailure(worst.error, worst.label);
    return worst.error;
  }

  async #connect(transport: Transport): Promise<DeviceError | undefined> {
    const { clock, units, signalPolicy, baudRates } = this.#options;
    const { port } = transport;
    const session: Session = new Session({
      transport,
      clock,
      signalPolicy,
      baudRates,
      unit: await units.of(port),
      onUnit: (unit) => units.learn(port, unit),
      onState: (state) => this.#sessionChanged(session, state),
    });
    this.#session = session;
    this.#connecting = new AbortController();
    try {
      await session.connect(AbortSignal.any([this.#stopping.signal, this.#connecting.signal]));
      return undefined;
    } catch (error) {
      await session.close();
      return toDeviceError(error);
    }
  }

  /** Until this session is over, for whatever reason. */
  async #holdOpen(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    this.#everReady = true;
    this.#lastKey = session.port.key;
    const { signal } = this.#stopping;
    while (!signal.aborted && !isOver(session.state)) {
      const changes = this.#changes;
      const changed = await this.#untilChange(changes, CHECK_MS);
      if (signal.aborted || isOver(session.state)) break;
      if (changed) await this.#dropIfGone(session);
      else if (this.#users === 0 && session.state.kind === 'ready')
        await this.#inTurn(async (idle) => {
          await idle.check(signal).catch(() => undefined);
          await this.#bringBack(idle);
        });
    }
    const { kind } = session.state;
    if (kind === 'needs_replug') this.#standForFailure(new DeviceError('needs_replug', ''), session.port.label);
    await session.close();
    // Whoever still holds it gets its error from the closed port and lets go.
    await this.#inUse;
    this.#session = undefined;
    this.#answered = undefined;
    if (kind === 'needs_replug') await this.#untilChange(this.#changes, DEAF_AGAIN_MS);
  }

  /** Some realms tell of a pulled cable only by the port being gone from the list. */
  async #dropIfGone(session: Session): Promise<void> {
    const transports = await this.#list();
    if (transports.some(({ port }) => port.key === session.port.key)) return;
    session.lose();
  }

  #sessionChanged(session: Session, state: SessionState): void {
    if (session !== this.#session) return;
    const { label } = session.port;
    switch (state.kind) {
      case 'opening':
      case 'settling':
      case 'probing':
        this.#standConnecting(label, state.baudRate);
        return;
      case 'ready':
        this.#answered = session;
        this.#stand({ state: 'ready', port: this.#portOf(session) });
        return;
      case 'transferring':
        this.#stand({ state: 'uploading', port: this.#portOf(session) });
        return;
      case 'broken':
      case 'recovering':
        // Nothing is broken yet where it is only being looked for.
        if (this.#answered !== session) this.#standConnecting(label, session.baudRate);
        else this.#stand({ state: 'recovering', cause: 'broken_transfer', port: this.#portOf(session) });
        return;
      case 'lost':
        this.#stand({ state: 'unplugged', cause: 'lost' });
        this.#notify();
        return;
      case 'deaf':
      case 'needs_replug':
      case 'closed':
        this.#notify();
        return;
    }
  }

  /** While a person has been told what is wrong, trying again changes nothing for them. */
  #standConnecting(label: string, baudRate: number): void {
    if (this.#standing.state !== 'error') this.#stand({ state: 'connecting', port: { label, baudRate } });
  }

  #portOf(session: Session): NonNullable<DisplayStanding['port']> {
    const { modelLine } = session.unit;
    return {
      label: session.port.label,
      baudRate: session.baudRate,
      ...(modelLine === undefined ? {} : { model: modelLine }),
    };
  }

  #standForFailure(failure: DeviceError, label: string): void {
    // Recovery has told the person to replug; an attempt that finds nobody does not make that wrong.
    if (this.#standing.cause === 'needs_replug' && failure.code === 'no_reply') return;
    switch (failure.code) {
      case 'lost':
        this.#stand({ state: 'unplugged', cause: this.#everReady ? 'lost' : 'no_port' });
        return;
      case 'busy':
        this.#stand({ state: 'error', cause: 'port_busy', port: { label } });
        return;
      case 'no_reply':
        this.#stand({ state: 'error', cause: 'no_answer', port: { label } });
        return;
      case 'needs_replug':
        this.#stand({ state: 'error', cause: 'needs_replug', port: { label } });
        return;
      case 'aborted':
        this.#stand({ state: 'connecting', port: { label } });
        return;
      default:
        this.#stand({ state: 'error', cause: 'open_failed', port: { label } });
    }
  }

  #stand(standing: DisplayStanding): void {
    if (JSON.stringify(standing) === JSON.stringify(this.#standing)) return;
    this.#standing = standing;
    this.#options.onStanding(standing);
    if (standing.state === 'ready') for (const waiter of [...this.#waiters]) waiter();
  }

  #portsChanged(): void {
    this.#changes += 1;
    this.#notify();
  }

  #notify(): void {
    this.#changed?.();
  }

  /** True when something changed, false after `ms`. */
  async #untilChange(since: number, ms: number): Promise<boolean> {
    if (this.#changes !== since || this.#stopping.signal.aborted) return true;
    const timer = new AbortController();
    this.#changed = () => timer.abort();
    const slept = await pause(this.#options.clock, ms, timer.signal);
    this.#changed = undefined;
    return !slept;
  }

  #untilReady(signal: AbortSignal | undefined): Promise<void> {
    if (this.ready) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const signals = [this.#stopping.signal, ...(signal ? [signal] : [])];
      const end = (): void => {
        this.#waiters.delete(check);
        for (const each of signals) each.removeEventListener('abort', check);
      };
      const check = (): void => {
        if (signals.some(({ aborted }) => aborted)) {
          end();
          reject(new DeviceError('aborted', 'The display did not become ready in time.'));
        } else if (this.ready) {
          end();
          resolve();
        }
      };
      this.#waiters.add(check);
      for (const each of signals) each.addEventListener('abort', check);
      check();
    });
  }
}

const isOver = ({ kind }: SessionState): boolean => kind === 'lost' || kind === 'closed' || kind === 'needs_replug';

/** Of several ports, the failure that a person can do most about. */
const rank = ({ code }: DeviceError): number => ['lost', 'open_failed', 'no_reply', 'busy'].indexOf(code);
