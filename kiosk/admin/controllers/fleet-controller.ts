/**
 * Keeps the page's picture of all displays: one list at the start, then what the relay pushes. When the relay falls silent the page
 * says so within seconds and takes nothing for online any more; when it is back the list is read again.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ONLINE_WITHIN_MS } from '../../../shared/display.ts';
import { AdminError, type AdminApi, type List } from '../data/admin-api.ts';
import type { Device, Stats } from '../data/device.ts';

/** The relay sends its figures every few seconds, whatever happens. */
const SILENT_AFTER_MS = ONLINE_WITHIN_MS;
const TICK_MS = 1_000;

type Source = Pick<EventSource, 'addEventListener' | 'close'>;

export interface FleetOptions {
  readonly open?: (url: string) => Source;
  readonly now?: () => number;
  readonly onSignedOut: () => void;
}

export class FleetController implements ReactiveController {
  readonly devices = new Map<string, Device>();
  stats: Stats | undefined;
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
    this.#source?.close();
    this.#source = undefined;
    this.live = false;
  }

  #tick(): void {
    this.now = this.#clock();
    if (this.live && this.now - this.heardAt > SILENT_AFTER_MS) {
      // A connection that died without a word looks open for minutes: it is given up.
      this.#source?.close();
      this.#source = undefined;
      this.live = false;
    }
    if (!this.live && !this.#source) void this.#open();
    this.#host.requestUpdate();
  }

  /** Events are listened to before the list is read, so that no change falls between. */
  async #open(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    try {
      const early: (() => void)[] = [];
      let listed = false;
      const source = (this.#options.open ?? openEvents)(`${this.#api.root}/events`);
      this.#source = source;
      const on = (name: string, apply: (data: unknown) => void): void =>
        source.addEventListener(name, (event) => {
          if (this.#source !== source) return;
          const data: unknown = JSON.parse((event as MessageEvent<string>).data);
          this.#heard();
          if (listed) apply(data);
          else early.push(() => apply(data));
        });
      on('device', (data) => this.#put(data as Device));
      on('removed', (data) => this.#remove((data as { device_id: string }).device_id));
      on('stats', (data) => this.#putStats(data as Stats));
      source.addEventListener('error', () => {
        if (this.#source !== source) return;
        source.close();
        this.#source = undefined;
        this.live = false;
        this.#host.requestUpdate();
      });
      const list = await this.#api.get<List>('/list');
      listed = true;
      this.devices.clear();
      for (const device of list.devices) this.devices.set(device.device_id, device);
      this.stats = list.stats;
      for (const apply of early) apply();
      this.#heard();
      this.#changed();
    } catch (error) {
      this.#source?.close();
      this.#source = undefined;
      this.live = false;
      if (error instanceof AdminError && error.code === 'signed_out') {
        this.stop();
        this.#options.onSignedOut();
      }
    } finally {
      this.#opening = false;
    }
  }

  #heard(): void {
    this.heardAt = this.#clock();
    this.live = this.#source !== undefined;
  }

  #put(device: Device): void {
    this.devices.set(device.device_id, device);
    this.#changed();
  }

  #remove(deviceId: string): void {
    if (this.devices.delete(deviceId)) this.#changed();
  }

  #putStats(stats: Stats): void {
    this.stats = stats;
    this.#changed();
  }

  #changed(): void {
    this.version += 1;
    this.#host.requestUpdate();
  }
}

const openEvents = (url: string): Source => new EventSource(url);
