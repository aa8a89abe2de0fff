/**
 * From whatever was thrown to the answer that the caller gets: the right status, a sentence, a closed code, and nothing
 * else.
 */
import type { Context } from 'koa';
import type { Logger } from 'pino';
import { ApiError, messageOf, type ApiErrorCode } from '../../shared/wire/errors.ts';

const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;

/** Koa and its middleware throw errors with a status; the rest is our own mistake and its message stays in the log. */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  switch (statusOf(error)) {
    case 400:
      return new ApiError('bad_json', 'The body is not valid JSON.');
    case 413:
      return new ApiError('too_large', 'The body is too large; a picture may have at most 2 MB as a data URI.');
    case 415:
      return new ApiError('unsupported_media_type', 'Send the body as application/json in UTF-8.');
    default:
      return new ApiError('internal', 'The relay made a mistake; it is in the log under this request id.');
  }
}

/** @returns the code that was answered, or would have been, had the answer not begun already */
export function answerError(ctx: Context, thrown: unknown, log: Logger): ApiErrorCode {
  const error = toApiError(thrown);
  if (error.code === 'internal')
    log.error({ requestId: requestIdOf(ctx), path: ctx.path, err: thrown }, 'request failed');
  else if (error.code === 'store_unavailable')
    log.error(
      { requestId: requestIdOf(ctx), path: ctx.path, cause: messageOf(error.cause) },
      'the store refused a write',
    );
  else if (error.code === 'token_keys_unavailable')
    log.error(
      { requestId: requestIdOf(ctx), path: ctx.path, cause: messageOf(error.cause) },
      'an agent token could not be checked',
    );
  else if (error.code === 'unauthorized' && error.cause !== undefined)
    log.info(
      { requestId: requestIdOf(ctx), path: ctx.path, reason: messageOf(error.cause) },
      'an agent token was refused',
    );
  if (ctx.res.headersSent) {
    ctx.res.destroy();
    return error.code;
  }
  ctx.status = error.status;
  ctx.set(error.headers);
  ctx.set('X-Request-Id', requestIdOf(ctx));
  ctx.body = error.toJSON();
  // What is left of a body that nobody will read must not be taken for the next request.
  if (error.status === 413) ctx.set('Connection', 'close');
  return error.code;
}

let requests = 0;
const start = Date.now().toString(36);

/** Unique within all relays' logs well enough to find a line by it. */
export function requestIdOf(ctx: Context): string {
  const state = ctx.state as { requestId?: string };
  return (state.requestId ??= `${start}-${(++requests).toString(36)}`);
}
