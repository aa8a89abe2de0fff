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

let token;
/** Asked before each call, so it is kept until the relay says that it is over. */
async function getToken({ refresh }) {
  if (!token || refresh) ({ token } = await post('/token'));
  return token;
}

deviceService.configure({ getToken });

export async function logIn(name) {
  token = undefined;
  return post('/login', { name });
}

export async function logOut() {
  await deviceService.unlinkDevice();
  await post('/logout');
  token = undefined;
}
