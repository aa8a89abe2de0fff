/** The web app's own log-in, and the agent's short-lived token for Counter QR that its server hands out. */
import { deviceService } from '/counterqr/sdk/device-service.js';

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** Of the token's five: one renewal may fail, or come a minute late in a hidden tab, and the token at hand is still valid. */
const RENEW_AFTER_MS = 2 * 60_000;

/** Of one log-in: a renewal that comes back late does not hand its token to the next agent. */
let session = {};

async function renew(mine = session) {
  ({ token: mine.token } = await post('/token'));
  return mine.token;
}

/** Asked before each call, so the token is kept. */
const getToken = ({ refresh }) => (session.token && !refresh ? session.token : renew());

deviceService.configure({ getToken });

export async function logIn(name) {
  const agent = await post('/login', { name });
  session = {};
  // A page that is being closed has no time to fetch a token, so it has a fresh one all the time.
  session.renewing = setInterval(() => renew().catch(() => undefined), RENEW_AFTER_MS);
  return agent;
}

export async function logOut() {
  await deviceService.unlinkDevice();
  clearInterval(session.renewing);
  await post('/logout');
  session = {};
}
