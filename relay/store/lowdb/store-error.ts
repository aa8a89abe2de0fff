import { ApiError } from '../../../shared/wire/errors.ts';

/** Why a folder cannot be used, as a whole sentence that says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The answer to a decision that could not be kept. */
export function unavailable(cause?: unknown): ApiError {
  const error = new ApiError(
    'store_unavailable',
    'The relay cannot keep data at the moment; nothing was changed. Try again in a few seconds.',
    {},
    { 'Retry-After': '3' },
  );
  error.cause = cause;
  return error;
}
