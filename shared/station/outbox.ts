/**
 * Reports that must arrive: kept in Memory until the relay has taken them, sent in order, each once as far as anybody
 * can tell. What the relay will never take is dropped with a line in the log, so that it does not block what comes
 * after it.
 */
import * as v from 'valibot';
import type { Report, ReportOutcome } from './reports.ts';
import type { Log } from './log.ts';
import type { KnownOutcome, Outcome } from './relay-client.ts';
import { Mutex } from '../util/mutex.ts';
import type { Memory } from './station-types.ts';

const KEY = 'outbox';
/** A day's work at a busy counter; what is older would tell nobody anything. */
const MAX_KEPT = 500;

const Kept = v.array(v.looseObject({ command_id: v.string(), status: v.string() }));

interface Entry {
  readonly report: Readonly<Record<string, unknown>> & { readonly command_id: string; readonly status: string };
  resolve(outcome: ReportOutcome): void;
}

export type Send = (report: Entry['report']) => Promise<Outcome<KnownOutcome>>;

export class Outbox {
  readonly #memory: Memory;
  readonly #send: Send;
  readonly #log: Log;
  #entries: Entry[] = [];
  #flushing = false;
  readonly #saving = new Mutex();

  constructor(memory: Memory, send: Send, log: Log) {
    this.#memory = memory;
    this.#send = send;
    this.#log = log;
  }

  get size(): number {
    return this.#entries.length;
  }

  async load(): Promise<void> {
    const kept = v.safeParse(Kept, await this.#memory.get(KEY).catch(() => undefined));
    if (kept.success) this.#entries = kept.output.map((report) => ({ report, resolve: () => undefined }));
  }

  /** Resolves with what the relay thinks of the command, once the report has arrived. */
  async add(report: Report): Promise<ReportOutcome> {
    const sent = new Promise<ReportOutcome>((resolve) => {
      this.#entries.push({ report, resolve });
    });
    while (this.#entries.length > MAX_KEPT) {
      this.#entries.shift()?.resolve('unknown');
      this.#log('error', 'report_dropped', 'Too many reports wait for the relay; the oldest was dropped.');
    }
    await this.#save();
    void this.flush();
    return sent;
  }

  /** Sends what waits, until the relay does not take it. */
  async flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
        const answer = await this.#send(entry.report);
        const outcome = this.#outcomeOf(entry, answer);
        if (outcome === undefined) return;
        if (this.#entries[0] === entry) this.#entries.shift();
        await this.#save();
        entry.resolve(outcome);
      }
    } finally {
      this.#flushing = false;
    }
  }

  /** Undefined: keep it and try later. */
  #outcomeOf({ report }: Entry, outcome: Outcome<KnownOutcome>): ReportOutcome | undefined {
    switch (outcome.kind) {
      case 'ok':
        return outcome.value;
      case 'rejected':
        this.#log(
          'warn',
          'report_rejected',
          `The relay refuses ${report.status} of ${report.command_id}: ${outcome.text}`,
        );
        return 'ended';
      case 'no_answer':
      case 'relay_error':
      case 'refused':
      case 'unknown_device':
      case 'device_exists':
      case 'name_taken':
        return undefined;
    }
  }

  async #save(): Promise<void> {
    const reports = this.#entries.map(({ report }) => report);
    try {
      await this.#saving.run(() => this.#memory.set(KEY, reports));
    } catch {
      this.#log('error', 'memory_failed', 'Reports could not be kept on disk; a restart would lose them.');
    }
  }
}
