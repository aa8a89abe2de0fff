/**
 * Everything that a simulated display can do wrong, as a closed union, so that one table can name each fault and what
 * follows. Each fault happens once and is then used up, unless it says how long it lasts. `chunk` counts from 0 within
 * the next upload.
 */

/** What the firmware does wrong. */
export type FirmwareFault =
  /** The chunk is taken, its `ok` is never sent. */
  | { readonly kind: 'lost_ack'; readonly chunk: number }
  /** The `ok` comes this much later. */
  | { readonly kind: 'late_ack'; readonly chunk: number; readonly delayMs: number }
  /** The `ok` comes again after this time. */
  | { readonly kind: 'duplicate_ack'; readonly chunk: number; readonly delayMs: number }
  /** The `ok` comes byte by byte. */
  | { readonly kind: 'split_ack'; readonly chunk: number; readonly gapMs: number }
  /** Lines that are no `ok`, although some contain one, and bytes that are no text, before the `ok`. */
  | { readonly kind: 'noise'; readonly chunk: number }
  /** The board reboots when this chunk is complete: banner, deafness, upload forgotten. */
  | { readonly kind: 'reset'; readonly chunk: number }
  /** Some bytes of this chunk never arrive, so the device goes on counting. */
  | { readonly kind: 'dropped_bytes'; readonly chunk: number; readonly bytes: number }
  /** Hangs when this chunk is complete, until it is reset or loses power. */
  | { readonly kind: 'hang'; readonly chunk: number }
  /** Hangs now; only a power cycle helps, a reset does not. */
  | { readonly kind: 'dead' }
  /** Hears nothing and says nothing for a while, starting now. */
  | { readonly kind: 'deaf'; readonly forMs: number }
  /** Answers `sending` without `start`. */
  | { readonly kind: 'refused_start' }
  /** Says nothing at all to `sending`. */
  | { readonly kind: 'unanswered_start' }
  /** Says `start`, then leaves `exit` out. */
  | { readonly kind: 'missing_exit' }
  /** Answers the next line, or the next that is this one, with bytes that are no text. */
  | { readonly kind: 'garbage_reply'; readonly to?: string }
  /** Has no room for the next uploads. */
  | { readonly kind: 'disk_full'; readonly uploads: number }
  /** Has no room for any upload until it loses power. */
  | { readonly kind: 'disk_stays_full' }
  /** Answers every line with `ok` and does nothing, until it is reset. */
  | { readonly kind: 'ok_to_everything' }
  /** Runs at another speed from now on. */
  | { readonly kind: 'other_speed'; readonly baudRate: number };

/** What the cable and the driver do wrong. Played by the port around the display, not by the display. */
export type PortFault =
  /** The cable is pulled when this chunk is complete, and comes back after `backAfterMs`. */
  | { readonly kind: 'pulled_cable'; readonly chunk: number; readonly backAfterMs: number }
  /** The next opens are refused because another program holds the port. */
  | { readonly kind: 'port_busy'; readonly opens: number }
  /** The next write neither resolves nor rejects, and its bytes go nowhere. */
  | { readonly kind: 'stuck_write' };

export type Fault = FirmwareFault | PortFault;

export function isPortFault(fault: Fault): fault is PortFault {
  return fault.kind === 'pulled_cable' || fault.kind === 'port_busy' || fault.kind === 'stuck_write';
}
