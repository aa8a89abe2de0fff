/** `fetch` as the station's Http. Rejects when no answer came; never follows the relay somewhere else. */
import type { Http } from '../../shared/station/station-types.ts';

/** @param apiUrl absolute URL of `/api/device`, without a slash at its end */
export function fetchHttp(apiUrl: string): Http {
  return async ({ method, path, headers, body, signal }) => {
    const response = await fetch(apiUrl + path, {
      method,
      headers,
      signal,
      cache: 'no-store',
      ...(body === undefined ? {} : { body }),
    });
    const retryAfterSeconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
    return {
      status: response.status,
      body: await response.text(),
      ...(Number.isFinite(retryAfterSeconds) ? { retryAfterSeconds } : {}),
    };
  };
}
