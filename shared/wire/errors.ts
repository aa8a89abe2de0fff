/**
 * One error class for everything that can be told to another party, with closed codes.
 * The code says what happened; the table says which HTTP status it travels under.
 */

/** Every code that the HTTP API may answer, with its status. */
export const API_ERRORS = {
  bad_json: 400,
  bad_request: 400,
  bad_image: 400,
  unauthorized: 401,
  forbidden: 403,
  unknown_route: 404,
  unknown_device: 404,
  unknown_agent: 404,
  unknown_command: 404,
  unknown_pairing_code: 404,
  unknown_request: 404,
  unknown_file: 404,
  method_not_allowed: 405,
  ambiguous_computer_name: 409,
  ambiguous_payment: 409,
  device_exists: 409,
  name_taken: 409,
  too_many_displays: 409,
  device_in_use: 409,
  command_ended: 409,
  too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  unsupported_by_display: 422,
  queue_full: 429,
  rate_limited: 429,
  internal: 500,
  store_unavailable: 503,
  token_keys_unavailable: 503,
  shutting_down: 503,
} as const;

export type ApiErrorCode = keyof typeof API_ERRORS;

/**
 * A refusal with a sentence for a person and a code for a program.
 * `details` travel in the JSON body beside `error` and `code` (for instance the owner of a display in use).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = API_ERRORS[code];
  }

  toJSON(): Record<string, unknown> {
    return { error: this.message, code: this.code, ...this.details };
  }
}

/** True for the many things that JavaScript may throw, if it carries this name (DOMException and Error alike). */
export function hasErrorName(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string')
    return error.message;
  return String(error);
}
