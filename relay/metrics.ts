/** Figures for Prometheus. What a poll counts are plain numbers, taken over when somebody asks. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { EndedCommand } from './core/records.ts';
import type { FleetWatch } from './fleet/fleet-watch.ts';
import type { LongPolls } from './http/long-poll.ts';
import type { ApiErrorCode } from '../shared/wire/errors.ts';
import type { DatabaseHealth } from './store/database.ts';
import { version } from './version.ts';

const STAGE_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300];
const WRITE_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const LIVE = ['pending', 'delivered', 'displayed'] as const;

export type RefusedRegistration = 'name_taken' | 'MAX_DISPLAYS' | 'MAX_DISPLAYS_PER_NAME' | 'MAX_DISPLAYS_PER_HOUR';

export interface Watched {
  readonly longPolls: LongPolls;
  readonly fleet: FleetWatch;
  readonly waitingWebhooks: () => number;
  readonly droppedWebhooks: () => number;
  readonly clockJumps: () => number;
  readonly storeHealth: () => Promise<DatabaseHealth>;
  /** Milliseconds since the epoch of the last backup that was finished; undefined when there was none. */
  readonly lastBackupAt: () => Promise<number | undefined>;
  readonly now: () => number;
}

export class Metrics {
  readonly registry = new Registry();
  /** Counted by the poll itself. */
  readonly polls = { empty: 0, delivered: 0, refused: 0 };
  readonly #requests: Counter;
  readonly #refused: Counter;
  readonly #ended: Counter;
  readonly #registrationsRefused: Counter;
  readonly #stages: Histogram;
  readonly #writes: Histogram;
  readonly #decisions: Counter;

  constructor() {
    const registers = [this.registry];
    this.#requests = new Counter({
      name: 'counterqr_requests_total',
      help: 'Answered calls but polls, by method and status.',
      labelNames: ['method', 'status'],
      registers,
    });
    this.#refused = new Counter({
      name: 'counterqr_refused_total',
      help: 'Calls that were refused, by the code in their answer (docs/api.md).',
      labelNames: ['code'],
      registers,
    });
    new Gauge({
      name: 'counterqr_build_info',
      help: 'Always 1; which version of the relay runs on which Node.',
      labelNames: ['version', 'node'],
      registers,
    }).set({ version, node: process.versions.node }, 1);
    this.#ended = new Counter({
      name: 'counterqr_commands_ended_total',
      help: 'Commands that have ended at this relay, by type, state and reason.',
      labelNames: ['type', 'state', 'reason'],
      registers,
    });
    this.#registrationsRefused = new Counter({
      name: 'counterqr_registrations_refused_total',
      help: 'New displays that were refused: their name is taken, or there are as many as the named setting allows.',
      labelNames: ['reason'],
      registers,
    });
    this.#stages = new Histogram({
      name: 'counterqr_stage_seconds',
      help: 'From the post of a QR to its stage, of QR codes that have ended.',
      labelNames: ['stage'],
      buckets: STAGE_SECONDS,
      registers,
    });
    this.#writes = new Histogram({
      name: 'counterqr_store_write_seconds',
      help: 'How long a durable write of the store took.',
      buckets: WRITE_SECONDS,
      registers,
    });
    this.#decisions = new Counter({
      name: 'counterqr_store_decisions_total',
      help: 'Decisions that those writes made durable; several share a write.',
      registers,
    });
    const { polls } = this;
    new Counter({
      name: 'counterqr_polls_total',
      help: 'Answered polls: with nothing, with commands, or refused.',
      labelNames: ['outcome'],
      registers,
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(polls)) this.inc({ outcome }, count);
      },
    });
  }

  /** What stands now, looked up when somebody asks. */
  watch(watched: Watched): void {
    const { longPolls, fleet, waitingWebhooks, droppedWebhooks, clockJumps, storeHealth, lastBackupAt, now } = watched;
    const registers = [this.registry];
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    gauge('counterqr_held_polls', 'Calls that are held open now, polls and watchers.', () => longPolls.size);
    gauge('counterqr_admin_streams', 'Open event streams of admin pages.', () => fleet.listenerCount);
    gauge('counterqr_webhooks_waiting', 'Webhook messages that wait to be delivered.', waitingWebhooks);
    gauge(
      'counterqr_webhooks_dropped',
      'Webhook messages dropped unsent since the start: receiver removed, too old, too many.',
      droppedWebhooks,
    );
    new Counter({
      name: 'counterqr_clock_jumps_total',
      help: 'How often the clock of this computer, or that of Redis, was set since the start.',
      registers,
      collect() {
        this.reset();
        this.inc(clockJumps());
      },
    });
    gauge('counterqr_displays', 'Registered displays.', () => fleet.counts().displays);
    gauge('counterqr_displays_online', 'Displays that were heard lately.', () => fleet.counts().online);
    gauge('counterqr_displays_linked', 'Displays that an agent has.', () => fleet.counts().linked);
    gauge(
      'counterqr_displays_linked_online',
      'Displays that an agent has and that were heard lately.',
      () => fleet.counts().linkedOnline,
    );
    new Gauge({
      name: 'counterqr_commands_open',
      help: 'Open commands by state.',
      labelNames: ['state'],
      registers,
      collect() {
        const { open } = fleet.counts();
        for (const state of LIVE) this.set({ state }, open[state]);
      },
    });
    gauge('counterqr_commands_oldest_waiting_seconds', 'Age of the oldest command that no display has got yet.', () => {
      const { oldestPendingAt } = fleet.counts();
      return oldestPendingAt === undefined ? 0 : Math.max(0, now() - oldestPendingAt) / 1000;
    });
    new Gauge({
      name: 'counterqr_displays_state',
      help: 'Displays that were heard lately, by what they say of themselves.',
      labelNames: ['state'],
      registers,
      collect() {
        for (const [state, count] of Object.entries(fleet.counts().byState)) this.set({ state }, count);
      },
    });
    new Gauge({
      name: 'counterqr_store_writable',
      help: 'Whether the store takes writes: 1 or 0.',
      registers,
      async collect() {
        this.set((await storeHealth()).writable ? 1 : 0);
      },
    });
    new Gauge({
      name: 'counterqr_store_damaged_files',
      help: 'Files or keys that could not be read and were set aside.',
      registers,
      async collect() {
        this.set((await storeHealth()).damage.length);
      },
    });
    new Gauge({
      name: 'counterqr_last_backup_timestamp_seconds',
      help: 'When deploy/backup.sh last finished a backup of this relay, in Unix time; absent when it never did.',
      registers,
      async collect() {
        const at = await lastBackupAt();
        if (at === undefined) this.remove();
        else this.set(at / 1000);
      },
    });
  }

  /** Process and event loop, once a process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  registrationRefused(reason: RefusedRegistration): void {
    this.#registrationsRefused.inc({ reason });
  }

  request(method: string, status: number): void {
    this.#requests.inc({ method, status });
  }

  refused(code: ApiErrorCode): void {
    this.#refused.inc({ code });
  }

  written(tookMs: number, decisions: number, ended: readonly EndedCommand[]): void {
    this.#writes.observe(tookMs / 1000);
    this.#decisions.inc(decisions);
    for (const { type, state, reason, createdAt, deliveredAt, displayedAt, endedAt, correctedAt } of ended) {
      // Its end was counted; a counter takes nothing back.
      if (correctedAt !== undefined) continue;
      this.#ended.inc({ type, state, reason });
      if (type !== 'display_qr') continue;
      for (const [stage, at] of Object.entries({ delivered: deliveredAt, displayed: displayedAt, ended: endedAt }))
        if (at !== undefined) this.#stages.observe({ stage }, Math.max(0, at - createdAt) / 1000);
    }
  }
}
