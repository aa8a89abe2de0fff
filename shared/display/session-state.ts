/**
 * The states of a session and the transitions between them; drawn in docs/protocol.md, and a test holds the drawing to
 * this table.
 */
import type { DisplayErrorCode } from './display-error.ts';

/** What recovery tries, in this order, until a probe is answered (docs/protocol.md). */
export const RECOVERY_STEPS = ['feed_zeros', 'reopen', 'pulse_reset'] as const;
export type RecoveryStep = (typeof RECOVERY_STEPS)[number];

export type SessionState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening'; readonly baudRate: number }
  /** Open; the board may be booting. Only an answer that ends in `exit` counts. */
  | { readonly kind: 'booting'; readonly baudRate: number }
  /** Settled; any answer counts. */
  | { readonly kind: 'probing'; readonly baudRate: number }
  | { readonly kind: 'ready'; readonly baudRate: number; readonly modelLine?: string | undefined }
  | { readonly kind: 'transferring'; readonly baudRate: number }
  /** A transfer broke: the device may be counting bytes, and only recovery may speak to it. */
  | { readonly kind: 'broken'; readonly why: DisplayErrorCode }
  | { readonly kind: 'recovering'; readonly step: RecoveryStep }
  /** Nobody answered at any speed. */
  | { readonly kind: 'deaf' }
  | { readonly kind: 'needs_replug' }
  /** The device went. This session is over; the next port gets a new one. */
  | { readonly kind: 'lost' };

export type SessionKind = SessionState['kind'];

export const SESSION_TRANSITIONS: { readonly [from in SessionKind]: readonly SessionKind[] } = {
  closed: ['opening'],
  opening: ['booting', 'deaf', 'lost', 'closed'],
  booting: ['ready', 'probing', 'lost', 'closed'],
  probing: ['ready', 'opening', 'recovering', 'deaf', 'lost', 'closed'],
  ready: ['transferring', 'broken', 'lost', 'closed'],
  transferring: ['ready', 'broken', 'lost', 'closed'],
  broken: ['recovering', 'lost', 'closed'],
  recovering: ['recovering', 'ready', 'opening', 'needs_replug', 'deaf', 'lost', 'closed'],
  deaf: ['opening', 'lost', 'closed'],
  needs_replug: ['opening', 'lost', 'closed'],
  lost: ['closed'],
};
