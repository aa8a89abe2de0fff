/**
 * What a station is given, what it publishes and what it is asked for; station.ts is the station. Three facts are never
 * mixed: the relay's answer (`relay`), the USB link and the display's own answers (`display`), and what the display
 * shows (`screen`).
 */
import type { Clock } from '../util/clock.ts';
import type { ClearReason, CommandType, FailReason } from '../wire/commands.ts';
import type { PortSource } from '../display/transport.ts';
import type { DisplayState, RelayState } from '../wire/display.ts';
import type { PictureMaker } from '../picture/picture.ts';
import type { ShownScreen } from '../screen/screen-state.ts';
import type { DisplayReport } from '../display/display-report.ts';
import type { DisplayCheck, Scanned } from '../wire/display-check.ts';
import type { CheckProgress } from './display-checks.ts';
import type { PictureFacts } from '../wire/picture.ts';

export type { ShownScreen } from '../screen/screen-state.ts';
export type { CheckProgress } from './display-checks.ts';

/** One HTTP exchange, so that a browser can lend `fetch` and the tray `node:https`. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the API's root, e.g. `/poll?device_id=…`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}
export interface HttpAnswer {
  readonly status: number;
  /** The body as text; empty where there is none. */
  readonly body: string;
  /** Header `Retry-After` in seconds, where the relay sent one. */
  readonly retryAfterSeconds?: number;
}
/** Rejects when no answer came (offline, refused connection, aborted). */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * Small durable storage: IndexedDB in the kiosk, a file in the tray. Values are JSON. Writes are durable when they
 * resolve.
 */
export interface Memory {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface StationIdentity {
  /** What IT calls this PC, e.g. `SHOWROOM-PC-01`. */
  readonly computerName: string;
  readonly kind: 'kiosk' | 'tray';
  readonly version: string;
  /** What it runs on, for the admin page; as shared/wire/system-name.ts takes it. */
  readonly system?: string;
  /** From provisioning; used to register, and again when the relay no longer knows this device or its token. */
  readonly enrolKey?: string;
  /** Without a key: shows a code and waits until an admin approves the enrolment. Needs a page to show the code on. */
  readonly requestsEnrolment?: boolean;
}

/** Modem lines after opening. `leave`: as the driver sets them (docs/protocol.md). */
export type SignalPolicy = 'leave' | 'assert' | 'clear';

export interface StationOptions {
  readonly identity: StationIdentity;
  readonly http: Http;
  readonly ports: PortSource;
  readonly pictures: PictureMaker;
  readonly memory: Memory;
  readonly clock?: Clock;
  /** For ids and jitter; defaults to Math.random-free crypto. Returns [0, 1). */
  readonly random?: () => number;
  readonly signalPolicy?: SignalPolicy;
  /** Tried in this order after the remembered one. */
  readonly baudRates?: readonly number[];
  readonly onEvent: (event: StationEvent) => void;
}

/** Why the relay is not `online`, so that the page can say what to do. */
export type RelayCause =
  /** No answer: network, or the relay is down. */
  | 'no_answer'
  /** An answer, but 5xx or nonsense. */
  | 'relay_error'
  /** 401/403: the enrol key or the token is not taken. */
  | 'key_refused'
  /** Never provisioned with an enrol key. */
  | 'not_provisioned'
  /** Enrolment was requested without a key; the code is in the event `enrolment`. */
  | 'awaiting_approval'
  /** An admin said no; asks again when a person wants it to (`provision`). */
  | 'turned_away'
  /** 409 device_exists: this device id belongs to another browser profile. */
  | 'device_exists'
  /** 409 name_taken: another display has this PC's name, and there is no page to show a code on. */
  | 'name_taken';

/** Why the display is not `ready`. */
export type DisplayCause =
  /** No port was ever granted, or none is plugged in. */
  | 'no_port'
  /** Another program holds the port. */
  | 'port_busy'
  /** The port opens, nobody answers at any speed. */
  | 'no_answer'
  /** Unplugged while in use. */
  | 'lost'
  /** A transfer broke; the station is bringing the display back. */
  | 'broken_transfer'
  /** Recovery has run out of ideas: unplug and plug in again. */
  | 'needs_replug'
  /** Opening failed for another reason; see the log. */
  | 'open_failed';

export interface LogEntry {
  /** ISO 8601, wall clock. */
  readonly at: string;
  readonly level: 'info' | 'warn' | 'error';
  /** A closed name for programs, e.g. `display_ready`, `upload_failed`. */
  readonly event: string;
  /**
   * Which of its kinds, where an event has several: the note or the refusal of a picture, what is missing of its
   * caption.
   */
  readonly about?: string;
  /** A sentence for a person. Never holds a key, a customer's name or a payload. */
  readonly text: string;
}

export type CommandProgress =
  | { readonly stage: 'received' }
  | { readonly stage: 'preparing' }
  /** `sentBytes` counts acknowledged bytes. */
  | {
      readonly stage: 'uploading';
      readonly sentBytes: number;
      readonly totalBytes: number;
      readonly attempt: number;
      readonly remainingMs: number;
    }
  | { readonly stage: 'displayed'; readonly picture: PictureFacts; readonly tookMs: number }
  | { readonly stage: 'cleared'; readonly reason: ClearReason }
  | { readonly stage: 'failed'; readonly reason: FailReason; readonly error: string; readonly note?: string };

/** The agent that has this display. */
export interface LinkedAgent {
  /** The agent's name, else the id. */
  readonly name: string;
  /** ISO 8601. A new link has a new time. */
  readonly since: string;
}

export type StationEvent =
  | { readonly kind: 'identity'; readonly deviceId: string; readonly computerName: string }
  /** Who has this display now; without an agent nobody has. Sent when it is known, and when it changes. */
  | { readonly kind: 'linked'; readonly agent?: LinkedAgent }
  /** So many QR codes wait at the relay until the display is ready. Sent when it changes. */
  | { readonly kind: 'waiting'; readonly count: number }
  /** This pairing code was used, and is worth nothing any more; by whom, where the relay says so. */
  | { readonly kind: 'code_used'; readonly code: string; readonly agent?: LinkedAgent }
  /** The code to show while an admin is waited for; without one there is nothing to show. */
  | { readonly kind: 'enrolment'; readonly code?: string }
  | { readonly kind: 'relay'; readonly state: RelayState; readonly cause?: RelayCause }
  | {
      readonly kind: 'display';
      readonly state: DisplayState;
      readonly cause?: DisplayCause;
      readonly port?: { readonly label: string; readonly baudRate?: number; readonly model?: string };
    }
  | {
      readonly kind: 'command';
      readonly commandId: string;
      readonly type: CommandType;
      readonly progress: CommandProgress;
      /** As it stands on the display. Not for logs. */
      readonly amount?: string;
    }
  /** `undefined`: nothing is known to be there (display lost, or never written). */
  | { readonly kind: 'screen'; readonly screen: ShownScreen | undefined }
  /** Of a check of the display, no matter who asked for it. */
  | { readonly kind: 'check'; readonly progress: CheckProgress }
  /** One per answered poll; `gapMs` from the start of the request before to its own, so that throttling is seen. */
  | { readonly kind: 'poll'; readonly gapMs: number }
  | { readonly kind: 'log'; readonly entry: LogEntry };

export interface StationControls {
  /** Registers if needed, then polls and watches ports until `stop`. Resolves when the first round is under way. */
  start(): Promise<void>;
  /** Ends polls, closes the port. Idempotent; never rejects. */
  stop(): Promise<void>;
  /** Look again now: a port was granted, the PC woke, the tab came back, the network returned. */
  wake(): void;
  /** A new name or key from provisioning (an empty key: none any more); registers again under the same device id. */
  provision(identity: { readonly computerName?: string; readonly enrolKey?: string }): Promise<void>;
  /** Shows the test card, then idle. Rejects with a sentence when the display is not ready. */
  showTestCard(): Promise<void>;
  /**
   * Asks the relay for a pairing code and answers it; it is shown on the display where that is ready and shows no QR.
   */
  showPairingCode(): Promise<string>;
  /** Closes and reopens the port and probes again. */
  restartDisplay(): Promise<void>;
  /**
   * Finds out what the display is and can do, two minutes at most; the events `check` say how far it is. Rejects with a
   * sentence when the display is not ready, shows a customer's QR, or does not come back.
   */
  checkDisplay(): Promise<DisplayCheck>;
  /** Whether the code that the display drew can be scanned; asked for by the event `check` with `scan`. */
  answerCheck(scanned: Exclude<Scanned, 'not_asked'>): void;
  /** What crossed the cable during the last check, also during one that failed; undefined before there was one. */
  checkReport(): DisplayReport | undefined;
}
