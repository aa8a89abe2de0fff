/** Why a station did not do what a person asked it for. */
export type StationErrorCode =
  /** The display is away or at work: wait until it is ready. */
  | 'not_ready'
  /** The connection was begun anew, and no display answered in time. */
  | 'not_back'
  /** A customer's QR is on the display. */
  | 'qr_shown'
  /** A customer's QR came, and what a person had asked for ended for it. */
  | 'gave_way'
  /** The station is being stopped. */
  | 'stopped';

export class StationError extends Error {
  override readonly name = 'StationError';
  constructor(
    readonly code: StationErrorCode,
    message: string,
  ) {
    super(message);
  }
}
