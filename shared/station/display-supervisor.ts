/**
 * Keeps one display ready, all day: watches the ports, tries each until one answers, holds it open, brings it back, and
 * says in the product's words its status. Knows sessions and ports; knows no command and no picture.
 */
import type { Clock } from '../util/clock.ts';
import type { Display } from '../screen/show-picture.ts';
import type { SignalPolicy } from '../display/serial-connection.ts';
import { DisplayError, toDisplayError } from '../display/display-error.ts';
import type { SessionState } from '../display/session-state.ts';
import { DisplaySession } from '../display/session.ts';
import type { PortSource, Transport } from '../display/transport.ts';
import { messageOf } from '../wire/errors.ts';
import { ChangeSignal } from './change-signal.ts';
import type { Log } from './log.ts';
import { ReadyGate } from './wait-until-ready.ts';
import { LOST, NO_PORT, rank, statusAfter, statusOf, type DisplayStatus } from './display-status.ts';
import type { ProfileStore } from './profile-store.ts';
import { anySignal } from '../util/any-signal.ts';
import { Mutex } from '../util/mutex.ts';

export interface DisplaySupervisorOptions {
  readonly ports: PortSource;
  readonly clock: Clock;
  readonly profiles: ProfileStore;
  readonly signalPolicy?: SignalPolicy | undefined;
  readonly baudRates?: readonly number[] | undefined;
  readonly onStatus: (status: DisplayStatus) => void;
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
  readonly #changes: ChangeSignal;
  #session: DisplaySession | undefined;
  /** The session that has been ready at least once. */
  #answered: DisplaySession | undefined;
  #status: DisplayStatus = NO_PORT;
  /** One user at a time. */
  readonly #turns = new Mutex();
  readonly #gate = new ReadyGate(() => this.ready, this.#stopping.signal);
  #connecting = new AbortController();
  #everReady = false;
  /** The display said something unasked. */
  #mustCheck = false;
  #lastKey: string | undefined;
  #running: Promise<void> | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: DisplaySupervisorOptions) {
    this.#options = options;
    this.#changes = new ChangeSignal(options.clock);
  }

  get status(): DisplayStatus {
    return this.#status;
  }

  get ready(): boolean {
    return this.#status.state === 'ready';
  }

  get baudRate(): number | undefined {
    return this.#session?.baudRate;
  }

  start(): void {
    this.#options.onStatus(this.#status);
    this.#unwatch = this.#options.ports.watch(() => this.#changes.add());
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#connecting.abort();
    this.#unwatch?.();
    this.#changes.wake();
    await this.#session?.close();
    await this.#running;
  }

  /** Look again now. */
  wake(): void {
    this.#changes.add();
  }

  /** Closes the port and begins anew. Resolves once the display is ready. */
  async restart(signal: AbortSignal): Promise<void> {
    this.#options.log('info', 'display_restart', 'The connection to the display is being restarted.');
    this.#connecting.abort();
    // Closing takes its time, and a port that is being closed is not ready for anybody.
    const { state, port } = this.#status;
    if (state === 'ready') this.#setStatus({ state: 'connecting', ...(port ? { port } : {}) });
    await this.#session?.close();
    this.#changes.add();
    await this.#gate.untilReady(signal);
  }

  /** The same, after forgetting what this display has taught: its speed and its answers are found anew. */
  async relearn(signal: AbortSignal): Promise<void> {
    if (this.#session) this.#options.profiles.forget(this.#session.port);
    await this.restart(signal);
  }

  async use<T>(signal: AbortSignal | undefined, work: (session: DisplaySession) => Promise<T>): Promise<T> {
    for (;;) {
      await this.#gate.untilReady(signal);
      const result = await this.#inTurn(async (session) => {
        if (signal?.aborted) throw new DisplayError('aborted', 'The request was given up.');
        try {
          return { done: await work(session) };
        } finally {
          await this.#bringBack(session);
        }
      });
      if (result) return result.done;
    }
  }

  /** Undefined when the display was no longer ready when the turn came. */
  #inTurn<T>(work: (session: DisplaySession) => Promise<T>): Promise<T | undefined> {
    return this.#turns.run(async () => {
      const session = this.#session;
      return session?.state.kind === 'ready' ? await work(session) : undefined;
    });
  }

  /** After work: recovers what it broke. Does not throw; a display that does not come back has ended its session. */
  async #bringBack(session: DisplaySession): Promise<void> {
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
      this.#changes.wake();
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { count } = this.#changes;
      const transports = await this.#list();
      if (transports.length === 0) {
        this.#setStatus(this.#everReady ? LOST : NO_PORT);
        await this.#changes.waitAfter(count, RESCAN_MS, signal);
        continue;
      }
      const failure = await this.#connectAny(transports);
      if (signal.aborted) return;
      if (!failure) {
        await this.#holdOpen();
        continue;
      }
      const again = failure.code === 'no_reply' || failure.code === 'needs_replug' ? DEAF_AGAIN_MS : RESCAN_MS;
      await this.#changes.waitAfter(count, failure.code === 'lost' ? FRESH_AGAIN_MS : again, signal);
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
  async #connectAny(transports: readonly Transport[]): Promise<DisplayError | undefined> {
    const ordered = [...transports].sort(
      (a, b) => Number(b.port.key === this.#lastKey) - Number(a.port.key === this.#lastKey),
    );
    let worst: { readonly error: DisplayError; readonly label: string } | undefined;
    for (const transport of ordered) {
      const failure = await this.#connect(transport);
      if (!failure || this.#stopping.signal.aborted) return undefined;
      const { label } = transport.port;
      this.#options.log('warn', 'display_not_ready', `${label}: ${failure.message}`);
      if (!worst || rank(failure) > rank(worst.error)) worst = { error: failure, label };
    }
    if (!worst) return undefined;
    this.#setFailureStatus(worst.error, worst.label);
    return worst.error;
  }

  async #connect(transport: Transport): Promise<DisplayError | undefined> {
    const { clock, profiles, signalPolicy, baudRates } = this.#options;
    const { port } = transport;
    const session: DisplaySession = new DisplaySession({
      transport,
      clock,
      signalPolicy,
      baudRates,
      profile: await profiles.of(port),
      onProfile: (profile) => profiles.update(port, profile),
      onState: (state) => this.#sessionChanged(session, state),
      onUnaskedBytes: () => {
        this.#mustCheck = true;
        this.#changes.add();
      },
    });
    this.#session = session;
    this.#connecting = new AbortController();
    try {
      await anySignal([this.#stopping.signal, this.#connecting.signal], (signal) => session.connect(signal));
      return undefined;
    } catch (error) {
      await session.close();
      return toDisplayError(error);
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
      const { count } = this.#changes;
      const changed = await this.#changes.waitAfter(count, CHECK_MS, signal);
      if (signal.aborted || isOver(session.state)) break;
      if (changed) await this.#dropIfGone(session);
      // It restarted while nobody was at it.
      if (session.state.kind === 'broken') await this.#turns.run(() => this.#bringBack(session));
      else if (!changed || this.#mustCheck) await this.#checkIdle(session);
      this.#mustCheck = false;
    }
    const { kind } = session.state;
    if (kind === 'needs_replug') this.#setFailureStatus(new DisplayError('needs_replug', ''), session.port.label);
    await session.close();
    // A user of the session gets its error from the closed port and lets go.
    await this.#turns.idle();
    this.#session = undefined;
    this.#answered = undefined;
    if (kind === 'needs_replug') await this.#changes.waitAfter(this.#changes.count, DEAF_AGAIN_MS, signal);
  }

  /** A user of the session finds out without being asked. */
  async #checkIdle(session: DisplaySession): Promise<void> {
    if (!this.#turns.free || session.state.kind !== 'ready') return;
    await this.#inTurn(async (idle) => {
      await idle.check(this.#stopping.signal).catch(() => undefined);
      await this.#bringBack(idle);
    });
  }

  /** Some realms tell of a pulled cable only by the port being gone from the list. */
  async #dropIfGone(session: DisplaySession): Promise<void> {
    const transports = await this.#list();
    if (transports.some(({ port }) => port.key === session.port.key)) return;
    session.lose();
  }

  #sessionChanged(session: DisplaySession, state: SessionState): void {
    if (session !== this.#session) return;
    if (state.kind === 'ready') this.#answered = session;
    const status = statusOf(session, state, this.#answered === session);
    // The page says what is wrong, and another attempt changes nothing about that.
    if (status && !(status.state === 'connecting' && this.#status.state === 'error')) this.#setStatus(status);
    if (state.kind === 'broken') this.#changes.add();
    else if (isOver(state) || state.kind === 'deaf') this.#changes.wake();
  }

  #setFailureStatus(failure: DisplayError, label: string): void {
    // The page says that the display must be replugged; an attempt that finds nobody does not make that wrong.
    if (this.#status.cause === 'needs_replug' && failure.code === 'no_reply') return;
    this.#setStatus(statusAfter(failure, label, this.#everReady));
  }

  #setStatus(status: DisplayStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#options.onStatus(status);
    this.#gate.look();
  }
}

const isOver = ({ kind }: SessionState): boolean => kind === 'lost' || kind === 'closed' || kind === 'needs_replug';
