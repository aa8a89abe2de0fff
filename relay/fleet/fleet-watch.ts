/**
 * Watches all displays: which came online, changed, went offline or were removed. It informs the admin pages, the
 * heartbeats and the webhooks. Polls cost nothing more for it: the store publishes durable changes, and silence is
 * looked for here.
 */
import { Mutex } from '../../shared/util/mutex.ts';
import type { AdminEnrolments } from '../../shared/wire/admin/enrolment.ts';
import type { AdminEvents } from '../../shared/wire/admin/events.ts';
import type { AdminNotice, AdminStats } from '../../shared/wire/admin/fleet.ts';
import { deviceView, enrolmentViews, statsView, type ViewContext } from './views.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { PresenceStatus } from '../store/presence.ts';
import type { DeviceFacts, Store } from '../store/store.ts';
import type { FleetListener, FleetObserver } from './fleet-listener.ts';
import { Heartbeats } from './heartbeats.ts';
import {
  countFleet,
  NEVER,
  noteStatus,
  signatureOf,
  type FleetCounts,
  type TrackedDisplay,
  type ConnectionChange,
} from './tracked-display.ts';

/** While an admin page is open, silence is noticed within this time. */
const LOOK_MS = 100;
/** Figures, heartbeats and outages. */
const ROUND_MS = 3_000;
/** Where presence is kept by another process, it is asked for all displays no oftener. */
const SHARED_SNAPSHOT_MS = 1_000;
/** All records are read again now and then, should a message of another relay have been lost. */
const RESYNC_MS = 60_000;

/** What it needs of the store. */
export type FleetStore = Pick<
  Store,
  'device' | 'devices' | 'enrolments' | 'presenceSnapshot' | 'siteSettings' | 'watch'
>;

export interface FleetOptions {
  readonly store: FleetStore;
  readonly now: () => number;
  /** What measures; `now` unless given. */
  readonly passed?: () => number;
  readonly notices?: () => AdminNotice[];
  readonly onProblem: (error: unknown) => void;
}

export class FleetWatch {
  readonly #options: FleetOptions;
  readonly #passed: () => number;
  readonly heartbeats = new Heartbeats();
  readonly #displays = new Map<string, TrackedDisplay>();
  readonly #dirty = new Set<string>();
  readonly #listeners = new Set<FleetListener>();
  readonly #observers = new Set<FleetObserver>();
  readonly #removalObservers = new Set<(deviceId: string) => void>();
  #lastSentEnrolments = '';
  #timers: NodeJS.Timeout[] = [];
  #unwatch: () => void = () => undefined;
  #syncedAt = -Infinity;
  #nextSnapshotAt = -Infinity;
  #statusOf: (deviceId: string) => PresenceStatus = () => NEVER;
  readonly #queued = new Set<'look' | 'round'>();
  readonly #turns = new Mutex();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#passed = options.passed ?? options.now;
  }

  start(): void {
    this.#unwatch = this.#options.store.watch(({ deviceIds, isUncertain }) => {
      for (const deviceId of deviceIds) this.#dirty.add(deviceId);
      if (isUncertain === true) this.#syncedAt = -Infinity;
    });
    this.#timers = [
      setInterval(() => this.#queueOnce('look'), LOOK_MS),
      setInterval(() => this.#queueOnce('round'), ROUND_MS),
    ];
    this.#queueOnce('round');
  }

  /** Ends every listener's stream; resolves when nothing of the store is used any more. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    this.#unwatch();
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
    await this.#turns.idle();
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Counts, as of the last look. */
  counts(): FleetCounts {
    return countFleet(this.#displays.values());
  }

  /** Sends the figures and the waiting enrolments first; the list of displays is a call of its own. */
  listen(listener: FleetListener): () => void {
    this.#listeners.add(listener);
    this.#queue(async () => {
      await this.#sync();
      listener.event('enrolments', await this.#enrolments());
      listener.event('stats', await this.#stats());
    });
    return () => void this.#listeners.delete(listener);
  }

  /** For the views of displays, as of now. */
  viewContext(): ViewContext {
    const { now, store } = this.#options;
    const uptimeOf = (deviceId: string, at: number): number | null => this.heartbeats.uptimeOf(deviceId, at);
    return { now: now(), site: store.siteSettings, uptimeOf };
  }

  observe(observer: FleetObserver, removed: (deviceId: string) => void = () => undefined): void {
    this.#observers.add(observer);
    this.#removalObservers.add(removed);
  }

  /** When a display came and went since this relay started, newest first. */
  connectionChangesOf(deviceId: string): readonly ConnectionChange[] {
    return [...(this.#displays.get(deviceId)?.connectionChanges ?? [])].reverse();
  }

  /** An enrolment was asked for or decided. */
  enrolmentsChanged(): void {
    this.#queue(async () => {
      await this.#sendEnrolments();
      this.#send('stats', await this.#stats());
    });
  }

  /** Looks at all displays before the next round; for those who move time. Rejects when the store is away. */
  lookNow(): Promise<void> {
    return this.#turns.run(() => this.#round());
  }

  /** One thing after the other; a store that is away for a moment is asked again at the next round. */
  #queue(work: () => Promise<void>): void {
    this.#turns.run(work).catch(this.#options.onProblem);
  }

  /** While the store is slow, looks do not pile up. */
  #queueOnce(what: 'look' | 'round'): void {
    if (this.#queued.has(what)) return;
    this.#queued.add(what);
    this.#queue(() => {
      this.#queued.delete(what);
      return what === 'look' ? this.#look() : this.#round();
    });
  }

  async #sync(): Promise<void> {
    const { store } = this.#options;
    if (this.#passed() - this.#syncedAt < RESYNC_MS) return;
    const all = await store.devices();
    const ids = new Set(all.map(({ device }) => device.deviceId));
    for (const deviceId of this.#displays.keys()) if (!ids.has(deviceId)) this.#remove(deviceId);
    for (const { device } of all) this.#put(device);
    this.#syncedAt = this.#passed();
  }

  #put(device: DeviceRecord): void {
    const display = this.#displays.get(device.deviceId);
    if (display) {
      display.device = device;
      return;
    }
    const status = this.#statusOf(device.deviceId);
    const online = status.onlineUntil >= this.#options.now();
    this.#displays.set(device.deviceId, { device, status, online, lastSent: '', connectionChanges: [] });
  }

  #remove(deviceId: string): void {
    if (!this.#displays.delete(deviceId)) return;
    this.heartbeats.forget(deviceId);
    for (const removed of this.#removalObservers) removed(deviceId);
    this.#send('removed', { device_id: deviceId });
  }

  async #takeChanges(): Promise<void> {
    const deviceIds = [...this.#dirty];
    this.#dirty.clear();
    await this.#readPresence();
    for (const deviceId of deviceIds) {
      const found = this.#options.store.device(deviceId);
      const device = found instanceof Promise ? await found : found;
      if (device) this.#put(device);
      else this.#remove(deviceId);
      const display = this.#displays.get(deviceId);
      if (!display) continue;
      this.#noteStatus(deviceId, display);
      this.#sendDevice(display);
    }
  }

  async #look(): Promise<void> {
    if (this.#listeners.size === 0) return;
    if (this.#dirty.size > 0) await this.#takeChanges();
    else await this.#readPresence();
    for (const [deviceId, display] of this.#displays)
      if (this.#noteStatus(deviceId, display)) this.#sendDevice(display);
  }

  /** Reads the presence of all displays; where another process keeps it, the snapshot may be a moment old. */
  async #readPresence(): Promise<void> {
    const { store } = this.#options;
    if (this.#passed() < this.#nextSnapshotAt && !this.#hasOverdueDisplay()) return;
    const snapshot = store.presenceSnapshot();
    const isShared = snapshot instanceof Promise;
    this.#statusOf = isShared ? await snapshot : snapshot;
    this.#nextSnapshotAt = isShared ? this.#passed() + SHARED_SNAPSHOT_MS : -Infinity;
  }

  /** Whether an online display would be offline by the last snapshot; then a new snapshot is read first. */
  #hasOverdueDisplay(): boolean {
    const now = this.#options.now();
    for (const [deviceId, { online }] of this.#displays)
      if (online && this.#statusOf(deviceId).onlineUntil < now) return true;
    return false;
  }

  /** Whether the display came, went, or says something else of itself. */
  #noteStatus(deviceId: string, display: TrackedDisplay): boolean {
    return noteStatus(display, this.#statusOf(deviceId), this.#options.now());
  }

  async #round(): Promise<void> {
    await this.#readPresence();
    await this.#sync();
    if (this.#dirty.size > 0) await this.#takeChanges();
    const now = this.#options.now();
    for (const [deviceId, display] of this.#displays) {
      this.#noteStatus(deviceId, display);
      this.heartbeats.note(deviceId, display.online, now);
      for (const observer of this.#observers)
        observer(display.device, display.online, { wallMs: now, passedMs: this.#passed() });
    }
    if (this.#listeners.size === 0) return;
    for (const display of this.#displays.values()) this.#sendDevice(display);
    await this.#sendEnrolments();
    this.#send('stats', await this.#stats());
  }

  #factsOf({ device, status, online }: TrackedDisplay): DeviceFacts {
    return { device, presence: status.presence, online };
  }

  #sendDevice(display: TrackedDisplay): void {
    if (this.#listeners.size === 0) return;
    const view = deviceView(this.#factsOf(display), this.viewContext());
    const signature = signatureOf(view);
    if (signature === display.lastSent) return;
    display.lastSent = signature;
    this.#send('device', view);
  }

  async #sendEnrolments(): Promise<void> {
    if (this.#listeners.size === 0) return;
    const enrolments = await this.#enrolments();
    const sent = JSON.stringify(enrolments);
    if (sent === this.#lastSentEnrolments) return;
    this.#lastSentEnrolments = sent;
    this.#send('enrolments', enrolments);
  }

  async #enrolments(): Promise<AdminEnrolments> {
    const devices = Array.from(this.#displays.values(), ({ device }) => device);
    return { enrolments: enrolmentViews(await this.#options.store.enrolments(), devices) };
  }

  async #stats(): Promise<AdminStats> {
    const { notices, now, store } = this.#options;
    const enrolments = await store.enrolments();
    return statsView(
      [...this.#displays.values()].map((display) => this.#factsOf(display)),
      enrolments,
      now(),
      notices?.(),
    );
  }

  #send<K extends keyof AdminEvents>(kind: K, data: AdminEvents[K]): void {
    for (const listener of this.#listeners) listener.event(kind, data);
  }
}
