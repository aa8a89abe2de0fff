/**
 * What a command is and which lives it can lead. Every party (relay, kiosk, tray, web app) speaks these words.
 *
 *     pending ──claimed──► delivered ──success──► displayed ──► cleared
 *        │                    │ lease over: pending again, at most MAX_DELIVERIES times
 *        └─► expired | superseded | cancelled     └─► failed | cancelled
 *
 * Only `display_qr` commands have a `displayed` stage; the others (`start_rotation`, `show_paid`, …) end as `cleared`
 * with reason `done` as soon as the display has confirmed them.
 */

export const COMMAND_TYPES = [
  /** Show a customer's QR. */
  'display_qr',
  /** Take the QR off the screen and go back to the idle rotation. */
  'start_rotation',
  /** Show that the payment arrived, then go back to idle. */
  'show_paid',
  /** The admin's test card. */
  'test_card',
  /** The device's own name, large, so that a person finds it. */
  'identify',
  /** A line of text from the admin. */
  'show_message',
  /** What the display is and can do, found by asking it (shared/wire/display-check.ts). */
  'check_display',
] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];

const LIVE_STATES = ['pending', 'delivered', 'displayed'] as const;
const END_STATES = ['cleared', 'failed', 'expired', 'superseded', 'cancelled'] as const;
export const COMMAND_STATES = [...LIVE_STATES, ...END_STATES] as const;
export type LiveState = (typeof LIVE_STATES)[number];
export type EndState = (typeof END_STATES)[number];
export type CommandState = (typeof COMMAND_STATES)[number];

export function isEnded(state: CommandState): state is EndState {
  return (END_STATES as readonly string[]).includes(state);
}

/** Why a QR left the screen. `done`: a command without a lasting picture was carried out. */
export const CLEAR_REASONS = [
  'paid',
  /** An agent's token said that it was paid; no payment did. */
  'paid_reported',
  'cancelled',
  'closed',
  'timeout',
  'replaced',
  'disconnected',
  'done',
] as const;
export type ClearReason = (typeof CLEAR_REASONS)[number];

/** What the web app may give as reason when it asks to clear. */
export const ROTATION_REASONS = ['paid', 'cancelled', 'closed'] as const;
export type RotationReason = (typeof ROTATION_REASONS)[number];

/**
 * Why the relay takes a QR off the display; `timeout` and `replaced` where the display's client does not do so by
 * itself.
 */
export const CLEARING_REASONS = ['paid', 'paid_reported', 'cancelled', 'closed', 'timeout', 'replaced'] as const;
export type ClearingReason = (typeof CLEARING_REASONS)[number];

/** The word for displays, which show the same tick for all that was paid, and idle for the rest. */
export function reasonForDisplay(reason: ClearingReason): RotationReason {
  switch (reason) {
    case 'paid':
    case 'paid_reported':
      return 'paid';
    case 'cancelled':
      return 'cancelled';
    case 'closed':
    case 'timeout':
    case 'replaced':
      return 'closed';
  }
}

/** Why a command failed, in words that a program can rely on; the report's `error` sentence says more to a person. */
export const FAIL_REASONS = [
  /**
   * Handed out and never reported: MAX_DELIVERIES times, or once before its time ended or a newer code took its place.
   */
  'unreported',
  /** The display was unplugged or never found before the command's lifetime ended. */
  'display_unplugged',
  /** The display is there but would not take the picture, in every try. */
  'display_failed',
  /** The picture could not be made from what was sent. */
  'bad_picture',
  /** The device was deleted or revoked with the command still open. */
  'device_removed',
] as const;
export type FailReason = (typeof FAIL_REASONS)[number];

/** Reported by a device: `received` and `uploading` renew the lease, the others end a stage. */
export const REPORT_STATUSES = ['received', 'uploading', 'success', 'failed', 'error', 'cleared'] as const;

/** How often a command may be handed out before it is given up as `unreported`. Contract: "up to 3 deliveries". */
export const MAX_DELIVERIES = 3;

/**
 * Why a command ended without being delivered: nobody took it in time, a newer one took its place, or somebody called
 * it off.
 */
export type EndNote =
  | 'expired_undelivered'
  | 'superseded_by_newer'
  | 'cancelled_by_app'
  | 'cancelled_by_admin'
  | 'paid'
  | 'paid_reported'
  | 'cancelled'
  | 'closed';
