/**
 * The SDK's whole public face. `scripts/build-sdk.mjs` turns this file into device-service.d.ts, so it imports nothing.
 * No method ever rejects: a page that shows its QR on screen must not break because a display is away.
 */

/** Where a command is. `pending → delivered → displayed → cleared`, or it ends as one of the others. */
export type CommandState =
  'pending' | 'delivered' | 'displayed' | 'cleared' | 'failed' | 'expired' | 'superseded' | 'cancelled';

export interface Failure {
  success: false;
  /** A sentence for a person. */
  error: string;
  /**
   * For a program: a code of the relay's API (`device_in_use`, `unknown_agent`, `rate_limited`, …), or of this module:
   * `no_answer` (the relay was not reached), `no_agent` (nobody was linked or configured), `needs_pairing` (no display
   * known for this PC), `bad_content` (neither text nor picture), `bad_argument` (what the page passed cannot be used;
   * the sentence says which), `token_failed` (getToken threw) and `no_token` (it gave nothing).
   */
  code: string;
  /** HTTP status, where the relay answered. */
  status?: number;
  /** With `needs_pairing`: this PC has no display yet that this page knows of. */
  needsDeviceSetup?: true;
  /** What else the relay said, for instance the owner of a display in use. */
  details?: Record<string, unknown>;
}

export interface Linked {
  success: true;
  device_id: string;
}

export interface Queued {
  success: true;
  message: string;
  command_id: string;
  device_id: string;
  /**
   * Whether the display was heard within the last seconds. A QR queued for an absent display waits until it expires.
   */
  device_online: boolean;
  /**
   * What its kiosk says of it: `unplugged`, `connecting`, `ready`, `uploading`, `recovering` or `error`. Absent while
   * it was not heard. Where it is `unplugged`, the customer sees nothing although `device_online` is true.
   */
  display?: string;
}

export interface Done {
  success: true;
}

export interface Health {
  status: 'online' | 'offline';
  /**
   * Whether the linked display was heard within the last seconds and takes a QR; `unknown` before a display was linked.
   */
  device: 'connected' | 'disconnected' | 'unknown';
  device_id?: string;
  /** What its kiosk says of it: `unplugged`, `connecting`, `ready`, `uploading`, `recovering` or `error`. */
  display?: string;
  error?: string;
}

/** One step of a command's life. Times are ISO 8601 and absent until the stage was reached. */
export interface CommandUpdate {
  command_id: string;
  /** `unknown` only when the relay refused to tell before any state was seen, or `watch` was given no command. */
  state: CommandState | 'unknown';
  /**
   * Why it ended, for instance `paid`, `timeout`, `display_unplugged`; null while it lives. Why the watch ended, see
   * `error`.
   */
  reason: string | null;
  /**
   * The display's own words about a failure. With a state that is no end: the relay refused to go on telling (`reason`
   * is its code, for instance `unauthorized` once the token is over), and `state` is the last that was seen, not news.
   */
  error: string | null;
  device_id?: string;
  created_at?: string;
  delivered_at?: string;
  displayed_at?: string;
  /**
   * With `displayed`: something else, such as a test card, covers the QR since then, and the customer does not see it.
   * It comes back within 20 s, which is an update as well, without this time.
   */
  covered_at?: string;
  ended_at?: string;
}

/**
 * The names that the pages of the original design use, and the API's own. Other fields do not leave the page; one that
 * is surely meant to be one of these, such as `customerName`, is refused with the right name.
 */
export interface Customer {
  name?: string;
  policyNumber?: string | number;
  amountDue?: string | number;
  customer_name?: string;
  policy_number?: string | number;
  amount?: string | number;
  currency?: string;
  /** The web app's own name for the payment; the payment webhook finds the QR by it. */
  reference?: string;
  /** Seconds on the display; the relay's DISPLAY_SECONDS if left out. */
  display_seconds?: number;
  /** Seconds until an undelivered QR is given up; the relay's COMMAND_TTL_SECONDS if left out. */
  expires_in?: number;
}

/** A data URI, Blob, `<img>` or `<canvas>` is shown as a picture; any other string becomes a QR that says just that. */
export type QrContent = string | Blob | HTMLImageElement | HTMLCanvasElement;

export interface Configuration {
  /** The relay's address, e.g. `https://pay.example`. Default: where this module was loaded from. */
  baseUrl?: string;
  /** The agent's short-lived token. Never a key of the relay: everybody can read a page's source. */
  token?: string;
  /**
   * Asked before each call, and once more with `refresh: true` after a 401. Cache the token on your side, and renew it
   * before it is over: a page that is being closed cannot wait for a new one.
   */
  getToken?: (options: { refresh: boolean }) => string | Promise<string>;
  agentId?: string | number;
  agentName?: string;
  /** Deadline of one HTTP exchange in milliseconds; default 10,000. */
  timeoutMs?: number;
}

export interface LinkOptions {
  /** The six characters on the display. */
  pairingCode?: string;
  deviceId?: string;
  computerName?: string;
  /** Take the display although another agent has it. */
  takeover?: boolean;
}

export interface WatchOptions {
  signal?: AbortSignal;
}

/** `for await (const update of deviceService.watch(command))`; ends with the command, or when stopped. */
export interface Watch extends AsyncIterable<CommandUpdate> {
  stop(): void;
  /** The last update that was seen, once the command has ended or the watch was stopped. */
  readonly finished: Promise<CommandUpdate | undefined>;
}

export interface DeviceService {
  configure(configuration: Configuration): void;
  /**
   * Whether a QR sent now would reach a display: the relay answers, the agent's display was heard within the last
   * seconds and its cable is in.
   */
  isAvailable(): Promise<boolean>;
  /** The facts behind `isAvailable`. */
  checkHealth(): Promise<Health>;
  /**
   * Ties a display to the agent. Without options: the display of this PC, found through its kiosk tab (same origin),
   * else the one that was paired from this browser before, else `needs_pairing`. Never some other display.
   */
  linkDevice(agentId?: string | number, agentName?: string, options?: LinkOptions): Promise<Linked | Failure>;
  /** Resolves when the QR is queued. Whether the customer saw it is told by `watch`. */
  displayQR(content: QrContent, customer?: Customer): Promise<Queued | Failure>;
  /** Takes the QR off the display as paid: the given command's, or whatever the agent's display shows. */
  paymentComplete(command?: string | { command_id: string }): Promise<Done | Failure>;
  /**
   * Takes the QR off the display, or calls it off before it gets there. Survives the page being closed, with a token
   * that is valid then.
   */
  cancel(command?: string | { command_id: string }, reason?: 'cancelled' | 'closed'): Promise<Done | Failure>;
  /** Log-out, end of shift. */
  unlinkDevice(): Promise<Done | Failure>;
  /**
   * The command's states as they happen, and that something covers its QR (`covered_at`). The callback, if given, is
   * called with each; the iterator gives the same.
   */
  watch(
    command: string | { command_id: string },
    onUpdate?: (update: CommandUpdate) => void,
    options?: WatchOptions,
  ): Watch;
}
