/**
 * Keeps the list of all displays: read once at the start, then updated by the relay's events. When the relay falls
 * silent, the page says so within seconds and shows nothing as online. When it is back, the list is read again.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { AdminEnrolment, AdminEnrolments } from '../../../../shared/wire/admin/enrolment.ts';
import type { AdminEvents } from '../../../../shared/wire/admin/events.ts';
import type { AdminList } from '../../../../shared/wire/admin/fleet.ts';
import { AdminError, type AdminApi } from '../data/admin-api.ts';
import type { Device, Stats } from '../data/device.ts';

/**
 * The relay sends its figures every 3 s, whatever happens: twice missed, and a look a second later, are less than
 * `ONLINE_WITHIN_MS`.
 */
const SILENT_AFTER_MS = 7_000;
const TICK_MS = 1_000;
/** A large fleet changes hundreds of times a second; people read slower. */
const DRAW_EVERY_MS = 400;
/** That one came or went is news. */
const DRAW_NEWS_MS = 50;

/** What is used of an EventSource. */
interface Source {
  addEventListener(name: string, listener: (event: Event) => void): void;
  close(): void;
}

export interface FleetOptions {
  readonly open?: (url: string) => Source;
  readonly now?: () => number;
  readonly onSignedOut: () => void;
}

export class FleetController implements ReactiveController {
  readonly devices = new Map<string, Device>();
  stats: Stats | undefined;
  enrolments: readonly AdminEnrolment[] = [];
  /** Whether the relay was heard within the last seconds. */
  live = false;
  /** When it was heard last, milliseconds since the epoch. */
  heardAt = 0;
  /** The clock for "last seen", once a second. */
  now: number;
  /** Counts what has changed, so that an element knows whether to look again. */
  version = 0;
  readonly #host: ReactiveControllerHost;
  readonly #api: AdminApi;
  readonly #options: FleetOptions;
  #source: Source | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #opening = false;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #drawsSoon = false;

  constructor(host: ReactiveControllerHost, api: AdminApi, options: FleetOptions) {
    this.#host = host;
    this.#api = api;
    this.#options = options;
    this.now = this.#clock();
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
  }

  #clock(): number {
    return (this.#options.now ?? Date.now)();
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    void this.#open();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    this.#source?.close();
    this.#source = undefined;
    this.live = false;
  }

  /** After signing out nothing of the displays stays in the page. */
  forget(): void {
    this.stop();
    this.devices.clear();
    this.stats = undefined;
    this.enrolments = [];
    this.heardAt = 0;
  }

  #tick(): void {
    this.now = this.#clock();
    const silentMs = this.now - this.heardAt;
    // Below zero when the PC's clock was set back: then nobody knows for how long.
    if (this.live && (silentMs > SILENT_AFTER_MS || silentMs < 0)) {
      // A connection that died without a word looks open for minutes: it is given up.
      this.#source?.close();
      this.#source = undefined;
      this.live = false;
    }
    if (!this.live && !this.#source) void this.#open();
    this.#host.requestUpdate();
  }

  /** The list is read when events are already coming, so that no change falls between. */
  async #open(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    const source = (this.#options.open ?? openEvents)(`${this.#api.root}/events`);
    this.#source = source;
    try {
      const early: (() => void)[] = [];
      let listed = false;
      const on = <K extends keyof AdminEvents>(name: K, apply: (data: AdminEvents[K]) => unknown): void =>
        source.addEventListener(name, (event) => {
          if (this.#source !== source) return;
          const data = JSON.parse((event as MessageEvent<string>).data) as AdminEvents[K];
          const take = (): void => this.#changed(apply(data) === 'news');
          if (!listed) early.push(take);
          else {
            this.#heard();
            take();
          }
        });
      on('device', (device) => {
        const before = this.devices.get(device.device_id);
        this.devices.set(device.device_id, device);
        return before?.online === device.online ? undefined : 'news';
      });
      on('removed', ({ device_id }) => this.devices.delete(device_id));
      on('stats', (stats) => (this.stats = stats));
      on('enrolments', ({ enrolments }) => (this.enrolments = enrolments));
      await opened(source, () => this.#lost(source)).catch(async (error: unknown) => {
        // A browser does not tell why events are refused; this call does, when it is because the session is over.
        await this.#api.get('/admin/session');
        throw error;
      });
      const [list, { enrolments }] = await Promise.all([
        this.#api.get<AdminList>('/list'),
        this.#api.get<AdminEnrolments>('/enrolments'),
      ]);
      if (this.#source !== source) return;
      listed = true;
      this.devices.clear();
      for (const device of list.devices) this.devices.set(device.device_id, device);
      this.stats = list.stats;
      this.enrolments = enrolments;
      for (const apply of early) apply();
      this.#heard();
      this.version += 1;
      this.#host.requestUpdate();
    } catch (error) {
      this.#lost(source);
      if (error instanceof AdminError && error.code === 'signed_out') {
        this.stop();
        this.#options.onSignedOut();
      }
    } finally {
      this.#opening = false;
    }
  }

  #lost(source: Source): void {
    source.close();
    if (this.#source !== source) return;
    this.#source = undefined;
    this.live = false;
    this.#host.requestUpdate();
  }

  #heard(): void {
    this.heardAt = this.#clock();
    this.live = this.#source !== undefined;
  }

  #changed(isNews: boolean): void {
    this.version += 1;
    if (this.#drawing !== undefined && (this.#drawsSoon || !isNews)) return;
    clearTimeout(this.#drawing);
    this.#drawsSoon = isNews;
    this.#drawing = setTimeout(
      () => {
        this.#drawing = undefined;
        this.#host.requestUpdate();
      },
      isNews ? DRAW_NEWS_MS : DRAW_EVERY_MS,
    );
  }
}

/** Resolves when events may come. `onError` is called whenever the connection breaks, then or later. */
function opened(source: Source, onError: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The relay sends no events.')), SILENT_AFTER_MS);
    source.addEventListener('open', () => {
      clearTimeout(late);
      resolve();
    });
    source.addEventListener('error', () => {
      clearTimeout(late);
      onError();
      reject(new Error('The connection to the relay broke.'));
    });
  });
}

const openEvents = (url: string): Source => new EventSource(url);
