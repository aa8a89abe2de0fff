/**
 * What the display shows and what must not stay there: the live QR with its end, and whether the slot may hold a
 * customer's picture. Kept in Memory, because a display and its slot outlive this program. Knows no wire and no relay.
 */
import * as v from 'valibot';
import { wallNow, type Clock } from '../util/clock.ts';
import type { ClearReason } from '../wire/commands.ts';
import type { MadePicture } from '../picture/picture.ts';
import { PictureFacts } from '../wire/schemas.ts';
import { Mutex } from '../util/mutex.ts';

/** A QR that the display has confirmed and whose time is not over. */
export interface LiveQr {
  readonly commandId: string;
  /** The relay's wall clock, ISO 8601; only compared with other times of the relay. */
  readonly createdAt: string;
  /** On the clock. */
  readonly endsAt: number;
  readonly picture: MadePicture;
  readonly executionTime: number;
  readonly attempts: number;
  readonly baudRate: number;
}

const StoredScreen = v.object({
  dirty: v.boolean(),
  qr: v.optional(
    v.object({
      commandId: v.string(),
      createdAt: v.string(),
      /** Wall clock, ms since the epoch: the other clock starts anew with the program. */
      endsAtWall: v.number(),
      /** What was left when this was kept: a wall clock that was set back must not add to it. */
      leftMs: v.number(),
      jpeg: v.string(),
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

  /** QR codes that must be off the display before their end is reported. */
  get pendingClears(): readonly { readonly commandId: string; readonly reason: ClearReason }[] {
    return this.#pendingClears;
  }

  async load(): Promise<void> {
    const kept = v.safeParse(StoredScreen, await this.#memory.get(KEY).catch(() => undefined));
    if (!kept.success) return;
    const { dirty, qr, owedClears } = kept.output;
    this.#dirty = dirty;
    this.#pendingClears = owedClears as { commandId: string; reason: ClearReason }[];
    if (!qr) return;
    this.#qr = {
      ...qr,
      endsAt: this.#clock.now() + Math.min(qr.leftMs, qr.endsAtWall - wallNow(this.#clock)),
      picture: { jpeg: fromBase64(qr.jpeg), facts: qr.facts },
    };
  }

  /** Before the first byte of any picture but the idle one goes out. Resolves when that is on disk. */
  markDirty(): Promise<void> {
    if (this.#dirty) return this.#saving.idle();
    this.#dirty = true;
    return this.#save();
  }

  show(qr: LiveQr): Promise<void> {
    this.#qr = qr;
    this.#dirty = true;
    return this.#save();
  }

  /** The live QR is over; its end is reported once it is off the display. */
  end(reason: ClearReason): void {
    if (!this.#qr) return;
    this.#pendingClears.push({ commandId: this.#qr.commandId, reason });
    this.#qr = undefined;
    this.#dirty = true;
    void this.#save();
  }

  /** The slot holds the idle picture, or nothing of a customer's. */
  markClean(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
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

  /** Memory that fails costs us a restart's knowledge, not the work. */
  #save(): Promise<void> {
    const qr = this.#qr;
    const kept: v.InferInput<typeof StoredScreen> = {
      dirty: this.#dirty,
      owedClears: this.#pendingClears,
      ...(qr && {
        qr: {
          commandId: qr.commandId,
          createdAt: qr.createdAt,
          endsAtWall: wallNow(this.#clock) + qr.endsAt - this.#clock.now(),
          leftMs: qr.endsAt - this.#clock.now(),
          jpeg: toBase64(qr.picture.jpeg),
          facts: qr.picture.facts,
          executionTime: qr.executionTime,
          attempts: qr.attempts,
          baudRate: qr.baudRate,
        },
      }),
    };
    return this.#saving.run(() => this.#memory.set(KEY, kept)).catch(() => undefined);
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
