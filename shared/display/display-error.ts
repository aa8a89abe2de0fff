/**
 * What can go wrong between asking the display for something and having it, as closed codes that say what the caller
 * does next.
 */
import { hasErrorName } from '../wire/errors.ts';
import type { TransportError } from './transport.ts';

export type DisplayErrorCode =
  /** The cable or the device is gone: wait for a port to appear. */
  | 'lost'
  /** Another program holds the port: tell the person, try again now and then. */
  | 'busy'
  /** The port would not open: try again, then ask for a replug. */
  | 'open_failed'
  /** Nobody answered in time: probe, recover or try the next speed. */
  | 'no_reply'
  /** The device would not take the file, and said so: trying the same at once may help, recovery is not needed. */
  | 'refused'
  /** The device booted in the middle: wait for its boot and probe, nothing is being counted any more. */
  | 'rebooted'
  /** All was acknowledged, but what is stored is not what was sent: upload again. */
  | 'corrupt'
  /** Recovery has run out of ideas: a person has to unplug it and plug it in again. */
  | 'needs_replug'
  /** Given up by the caller's AbortSignal. */
  | 'aborted';

export class DisplayError extends Error {
  override readonly name = 'DisplayError';
  constructor(
    readonly code: DisplayErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Judged by name, because the same class may have been loaded twice. */
export function isDisplayError(error: unknown): error is DisplayError {
  return hasErrorName(error, 'DisplayError');
}

const TRANSPORT_CODES = { lost: 'lost', busy: 'busy', aborted: 'aborted', failed: 'open_failed' } as const;

/** Whatever a transport or an abort threw, in the device layer's own words. */
export function toDisplayError(error: unknown): DisplayError {
  if (isDisplayError(error)) return error;
  if (hasErrorName(error, 'TransportError')) {
    const { code, message } = error as TransportError;
    return new DisplayError(TRANSPORT_CODES[code], message, { cause: error });
  }
  if (hasErrorName(error, 'AbortError') || hasErrorName(error, 'TimeoutError'))
    return new DisplayError('aborted', 'The request was given up.', { cause: error });
  return new DisplayError('open_failed', String(error), { cause: error });
}
