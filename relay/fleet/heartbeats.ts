/**
 * When each display was there during the last 24 hours. Looked at every few seconds from outside, so that a poll pays
 * nothing for it. Knows neither store nor disk.
 */
import type { AdminHeartbeat } from '../../shared/wire/admin/display-page.ts';
import { iso } from '../core/iso-time.ts';

export const SLOT_MS = 5 * 60_000;
export const SLOTS = (24 * 3_600_000) / SLOT_MS;

const UNKNOWN = '-'.charCodeAt(0);
const MARKS = { never: '0'.charCodeAt(0), always: '1'.charCodeAt(0), partly: '2'.charCodeAt(0) } as const;

interface Strip {
  /** Of finished slots; a ring by slot number. */
  readonly marks: Uint8Array;
  /** The slot that is being counted. */
  slot: number;
  seen: number;
  looks: number;
}

/** As kept over a restart: the text ends with the slot before `slot`. */
export interface KeptHeartbeats {
  readonly slot: number;
  readonly strips: Readonly<Record<string, string>>;
}

const slotOf = (now: number): number => Math.floor(now / SLOT_MS);

export class Heartbeats {
  readonly #strips = new Map<string, Strip>();

  /** One look at one display. */
  note(deviceId: string, isOnline: boolean, now: number): void {
    const slot = slotOf(now);
    let strip = this.#strips.get(deviceId);
    if (!strip) {
      strip = { marks: new Uint8Array(SLOTS).fill(UNKNOWN), slot, seen: 0, looks: 0 };
      this.#strips.set(deviceId, strip);
    }
    if (strip.slot !== slot) turn(strip, slot);
    strip.looks++;
    if (isOnline) strip.seen++;
  }

  forget(deviceId: string): void {
    this.#strips.delete(deviceId);
  }

  /** The last 24 hours, the slot that runs included. */
  of(deviceId: string, now: number): AdminHeartbeat {
    const slot = slotOf(now);
    const strip = this.#strips.get(deviceId);
    return {
      from: iso((slot - SLOTS + 1) * SLOT_MS),
      slot_seconds: SLOT_MS / 1000,
      slots: textOf(strip, slot - SLOTS + 1, slot),
    };
  }

  /**
   * Per cent of the last 24 hours in which it was heard, to one decimal, of the slots that are known: a slot that was
   * heard in parts counts half. Null where none is known. The slot that runs is left out, so that it is news once a
   * slot.
   */
  uptimeOf(deviceId: string, now: number): number | null {
    const { slots } = this.of(deviceId, now);
    let [known, heard] = [0, 0];
    for (let at = 0; at < slots.length - 1; at++) {
      const mark = slots.charCodeAt(at);
      if (mark !== UNKNOWN) known++;
      if (mark === MARKS.always) heard += 1;
      if (mark === MARKS.partly) heard += 0.5;
    }
    return known === 0 ? null : Math.round((1000 * heard) / known) / 10;
  }

  keep(now: number): KeptHeartbeats {
    const slot = slotOf(now);
    const texts = [...this.#strips].map(([deviceId, strip]) => [deviceId, textOf(strip, slot - SLOTS + 1, slot)]);
    // Made of entries, because an assignment to `__proto__` would set no field.
    return { slot, strips: Object.fromEntries(texts) as Record<string, string> };
  }

  /** Takes up what an earlier run saw; the time between is unknown. */
  restore({ slot: last, strips }: KeptHeartbeats, now: number): void {
    const slot = slotOf(now);
    for (const [deviceId, text] of Object.entries(strips)) {
      const strip: Strip = { marks: new Uint8Array(SLOTS).fill(UNKNOWN), slot, seen: 0, looks: 0 };
      for (let back = 0; back < text.length && last - back > slot - SLOTS; back++) {
        const at = last - back;
        if (at <= slot) strip.marks[ring(at)] = text.charCodeAt(text.length - 1 - back);
      }
      this.#strips.set(deviceId, strip);
    }
  }
}

const ring = (slot: number): number => ((slot % SLOTS) + SLOTS) % SLOTS;

function markOf({ seen, looks, marks, slot }: Strip): number {
  const mark = looks === 0 ? UNKNOWN : seen === 0 ? MARKS.never : seen === looks ? MARKS.always : MARKS.partly;
  // A slot in which the relay was started again has a first half from before.
  const before = marks[ring(slot)];
  if (mark === UNKNOWN) return before;
  return before === UNKNOWN || before === mark ? mark : MARKS.partly;
}

function turn(strip: Strip, slot: number): void {
  strip.marks[ring(strip.slot)] = markOf(strip);
  for (let at = Math.max(strip.slot + 1, slot - SLOTS + 1); at <= slot; at++) strip.marks[ring(at)] = UNKNOWN;
  strip.slot = slot;
  strip.seen = 0;
  strip.looks = 0;
}

function textOf(strip: Strip | undefined, first: number, last: number): string {
  if (!strip) return '-'.repeat(last - first + 1);
  const codes: number[] = [];
  for (let at = first; at <= last; at++) {
    if (at === strip.slot) codes.push(markOf(strip));
    else codes.push(at > strip.slot || at <= strip.slot - SLOTS ? UNKNOWN : strip.marks[ring(at)]);
  }
  return String.fromCharCode(...codes);
}
