/**
 * The container's health check: exit code 0 while the relay of this container answers `GET /api/device/health` with
 * 200, else 1 with a sentence. Reads the relay's own PORT and BASE_PATH. Only Node's builtins.
 */
const WITHIN_MS = 4_000;
const { PORT = '5001', BASE_PATH = '' } = process.env;
const url = `http://127.0.0.1:${PORT}${BASE_PATH.replace(/\/+$/, '')}/api/device/health`;

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
} catch (error) {
  // fetch's own message says only that it failed; the cause says why.
  console.error(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
