/**
 * One reader of server-sent events. A reader that is slower than the events gets the newest state of each thing instead
 * of a growing queue, and one that takes nothing at all is cut off.
 */
import type { ServerResponse } from 'node:http';
import type { AdminEvents } from '../../shared/wire/admin/events.ts';
import type { FleetListener } from '../fleet/fleet-listener.ts';

/** A reader that takes nothing for so long is gone. */
const STUCK_MS = 30_000;
/** The browser asks again after so long when the stream breaks. */
const RETRY_MS = 2_000;

export class EventStream implements FleetListener {
  readonly #res: ServerResponse;
  /** While the connection is full: by thing, newest state. */
  readonly #waiting = new Map<string, string>();
  #full = false;
  #stuck: NodeJS.Timeout | undefined;

  constructor(res: ServerResponse) {
    this.#res = res;

    res.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // nginx would collect events until its buffer is full.
      'X-Accel-Buffering': 'no',
    });
    res.on('drain', () => this.#drain());
    res.once('close', () => clearTimeout(this.#stuck));
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  event<K extends keyof AdminEvents>(kind: K, data: AdminEvents[K]): void {
    const text = `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
    if (!this.#full) {
      this.#write(text);
      return;
    }
    const thing = nameOf(kind, data);
    // At the end of the line again, so that "removed" never overtakes or is overtaken.
    this.#waiting.delete(thing);
    this.#waiting.set(thing, text);
  }

  end(): void {
    this.#res.end();
  }

  #write(text: string): void {
    if (this.#res.destroyed || this.#res.writableEnded) return;
    if (this.#res.write(text)) return;
    this.#full = true;
    this.#stuck ??= setTimeout(() => this.#res.destroy(), STUCK_MS);
  }

  #drain(): void {
    clearTimeout(this.#stuck);
    this.#stuck = undefined;
    this.#full = false;
    for (const [thing, text] of this.#waiting) {
      if (this.#full) return;
      this.#waiting.delete(thing);
      this.#write(text);
    }
  }
}

function nameOf<K extends keyof AdminEvents>(kind: K, data: AdminEvents[K]): string {
  return 'device_id' in data ? `device ${data.device_id}` : kind;
}
