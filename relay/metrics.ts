/** Figures for Prometheus. What a poll counts are plain numbers, taken over when somebody asks. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { EndedCommand } from './core/records.ts';
import type { FleetWatch } from './fleet/fleet-watch.ts';
import type { LongPolls } from './http/long-poll.ts';

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
}

export class Metrics {
  readonly registry = new Registry();
  /** Counted by the poll itself. */
  readonly polls = { empty: 0, delivered: 0, refused: 0 };
  readonly #requests: Counter;
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
  watch({ longPolls, fleet, waitingWebhooks, droppedWebhooks, clockJumps }: Watched): void {
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

  written(tookMs: number, decisions: number, ended: readonly EndedCommand[]): void {
    this.#writes.observe(tookMs / 1000);
    this.#decisions.inc(decisions);
    for (const { type, state, reason, createdAt, deliveredAt, displayedAt, endedAt } of ended) {
      this.#ended.inc({ type, state, reason });
      if (type !== 'display_qr') continue;
      for (const [stage, at] of Object.entries({ delivered: deliveredAt, displayed: displayedAt, ended: endedAt }))
        if (at !== undefined) this.#stages.observe({ stage }, Math.max(0, at - createdAt) / 1000);
    }
  }
}
