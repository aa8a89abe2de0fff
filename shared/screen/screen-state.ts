/**
 * The states of a display's screen and the transitions between them; drawn in docs/architecture.md, and a test holds
 * the drawing to this table.
 */
import type { Screen } from '../picture/picture.ts';

/** A picture that the display has confirmed. */
export interface ShownScreen {
  readonly screen: Screen['kind'];
  readonly commandId?: string;
  /** The very bytes that were sent; absent where the display drew it by itself. */
  readonly jpeg?: Uint8Array;
}

export type ScreenState =
  /** The rotation. Nothing of a customer's is stored. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'showing'; readonly shown: ShownScreen }
  /**
   * It does not show what it should: another picture is on its way, or the QR or the rotation is to be brought back.
   */
  | { readonly kind: 'restoring' }
  /** It has lost a QR whose command may have ended meanwhile: the relay is asked before the QR is put back. */
  | { readonly kind: 'awaiting_relay' }
  /** The cable is out: the screen is dark. */
  | { readonly kind: 'unplugged' };

export type ScreenKind = ScreenState['kind'];

export const SCREEN_TRANSITIONS: { readonly [from in ScreenKind]: readonly ScreenKind[] } = {
  unplugged: ['idle', 'restoring', 'awaiting_relay'],
  idle: ['restoring', 'unplugged'],
  restoring: ['showing', 'idle', 'awaiting_relay', 'unplugged'],
  showing: ['restoring', 'awaiting_relay', 'unplugged'],
  awaiting_relay: ['restoring', 'unplugged'],
};
