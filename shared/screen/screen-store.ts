/**
 * What the display shows and what must not stay there: the live QR with its end, and whether the slot may hold a
 * customer's picture. Kept in Memory, because a display and its slot outlive this program. Knows no wire and no relay.
 */
import * as v from 'valibot';
import { wallNow, type Clock } from '../util/clock.ts';
import type { ClearReason } from '../wire/commands.ts';
import { PictureFacts } from '../wire/picture.ts';
import { NativeScreen } from '../display/native-screen.ts';
import { Mutex } from '../util/mutex.ts';
import { factsOf, type DrawnScreen } from './drawn-screen.ts';

/** A QR that the display has confirmed and whose time is not over. */
export interface LiveQr {
  readonly commandId: string;
  /** The relay's wall clock, ISO 8601; only compared with other times of the relay. */
  readonly createdAt: string;
  /** On the clock. */
  readonly endsAt: number;
  readonly drawn: DrawnScreen;
  readonly executionTime: number;
  readonly attempts: number;
  readonly baudRate: number;
}

const StoredScreen = v.object({
  dirty: v.boolean(),
  /** Absent in what a version before 0.2 kept: then `dirty` says both. */
  away: v.optional(v.boolean(), false),
  qr: v.optional(
    v.object({
      commandId: v.string(),
      createdAt: v.string(),
      /** Wall clock, ms since the epoch: the other clock starts anew with the program. */
      endsAtWall: v.number(),
      /** What was left when this was kept: a wall clock that was set back must not add to it. */
      leftMs: v.number(),
      /** One of both. */
      jpeg: v.optional(v.string()),
      native: v.optional(NativeScreen),
      facts: PictureFacts,
      executionTime: v.number(),
      attempts: v.number(),
      baudRate: v.number(),
    }),
  ),
  owedClears: v.array(v.object({ commandId: v.string(), reason: v.string() })),
});

export interface ScreenMemory {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
}

const KEY = 'glass';

export class ScreenStore {
  readonly #clock: Clock;
  readonly #memory: ScreenMemory;
  #qr: LiveQr | undefined;
  #dirty = false;
  #away = false;
  #pendingClears: { commandId: string; reason: ClearReason }[] = [];
  readonly #saving = new Mutex();

  constructor(clock: Clock, memory: ScreenMemory) {
    this.#clock = clock;
    this.#memory = memory;
  }

  get qr(): LiveQr | undefined {
    return this.#qr;
  }

  /** The slot may hold something that must not enter the idle rotation. */
  get dirty(): boolean {
    return this.#dirty;
  }

  /** It may show something else than its idle screen. */
  get mustGoIdle(): boolean {
    return this.#dirty || this.#away;
  }

  /** QR codes that must be off the display before their end is reported. */
  get pendingClears(): readonly { readonly commandId: string; readonly reason: ClearReason }[] {
    return this.#pendingClears;
  }

  async load(): Promise<void> {
    const kept = v.safeParse(StoredScreen, await this.#memory.get(KEY).catch(() => undefined));
    if (!kept.success) return;
    const { dirty, away, qr, owedClears } = kept.output;
    this.#dirty = dirty;
    this.#away = away;
    this.#pendingClears = owedClears as { commandId: string; reason: ClearReason }[];
    const drawn = qr && drawnOf(qr);
    if (!drawn) return;
    const { commandId, createdAt, executionTime, attempts, baudRate } = qr;
    const endsAt = this.#clock.now() + Math.min(qr.leftMs, qr.endsAtWall - wallNow(this.#clock));
    this.#qr = { commandId, createdAt, executionTime, attempts, baudRate, endsAt, drawn };
  }

  /** Before the first byte of any picture but the idle one goes out. Resolves when that is on disk. */
  markDirty(): Promise<void> {
    if (this.#dirty) return this.#saving.idle();
    this.#dirty = true;
    return this.#save();
  }

  /** Before the display is told to draw a screen by itself: no slot is touched. Resolves when that is on disk. */
  markAway(): Promise<void> {
    if (this.#away) return this.#saving.idle();
    this.#away = true;
    return this.#save();
  }

  show(qr: LiveQr): Promise<void> {
    this.#qr = qr;
    this.#markFor(qr);
    return this.#save();
  }

  /** The live QR is over; its end is reported once it is off the display. */
  end(reason: ClearReason): void {
    if (!this.#qr) return;
    this.#pendingClears.push({ commandId: this.#qr.commandId, reason });
    this.#markFor(this.#qr);
    this.#qr = undefined;
    void this.#save();
  }

  /** It is idle, and the slot holds the idle picture, or nothing of a customer's. */
  markClean(): void {
    if (!this.mustGoIdle) return;
    this.#dirty = false;
    this.#away = false;
    void this.#save();
  }

  /** Their ends are reported now. */
  takePendingClears(): readonly { readonly commandId: string; readonly reason: ClearReason }[] {
    const owed = this.#pendingClears;
    if (owed.length > 0) {
      this.#pendingClears = [];
      void this.#save();
    }
    return owed;
  }

  #markFor({ drawn }: LiveQr): void {
    if (drawn.kind === 'picture') this.#dirty = true;
    else this.#away = true;
  }

  /** Memory that fails costs us a restart's knowledge, not the work. */
  #save(): Promise<void> {
    const qr = this.#qr;
    const kept: v.InferInput<typeof StoredScreen> = {
      dirty: this.#dirty,
      away: this.#away,
      owedClears: this.#pendingClears,
      ...(qr && {
        qr: {
          commandId: qr.commandId,
          createdAt: qr.createdAt,
          endsAtWall: wallNow(this.#clock) + qr.endsAt - this.#clock.now(),
          leftMs: qr.endsAt - this.#clock.now(),
          ...(qr.drawn.kind === 'picture'
            ? { jpeg: toBase64(qr.drawn.picture.jpeg), facts: qr.drawn.picture.facts }
            : { ...(qr.drawn.kind === 'native' ? { native: qr.drawn.screen } : {}), facts: factsOf(qr.drawn) }),
          executionTime: qr.executionTime,
          attempts: qr.attempts,
          baudRate: qr.baudRate,
        },
      }),
    };
    return this.#saving.run(() => this.#memory.set(KEY, kept)).catch(() => undefined);
  }
}

type StoredQr = NonNullable<v.InferOutput<typeof StoredScreen>['qr']>;

function drawnOf({ jpeg, native, facts }: StoredQr): LiveQr['drawn'] | undefined {
  if (jpeg !== undefined) return { kind: 'picture', picture: { jpeg: fromBase64(jpeg), facts } };
  return native && { kind: 'native', screen: native, facts };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
