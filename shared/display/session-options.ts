/** What a session of a display is made with. */
import type { Clock } from '../util/clock.ts';
import type { DisplayProfile } from './display-profile.ts';
import type { SignalPolicy } from './serial-connection.ts';
import type { SessionState } from './session-state.ts';
import type { Transport } from './transport.ts';

export interface DisplaySessionOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Tried in this order after the remembered one. */
  readonly baudRates?: readonly number[] | undefined;
  readonly signalPolicy?: SignalPolicy | undefined;
  /** What is known of this display from before. */
  readonly profile?: DisplayProfile | undefined;
  /** Something was learned, or forgotten. */
  readonly onProfile?: ((profile: DisplayProfile) => void) | undefined;
  readonly onState?: ((state: SessionState) => void) | undefined;
  /** A ready display said something that nobody had asked for: it may have restarted, and `check` finds out. */
  readonly onUnaskedBytes?: (() => void) | undefined;
}
