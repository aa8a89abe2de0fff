import { request, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';

let relay: RelayApp;
beforeEach(async () => {
  relay = await RelayApp.start();
});
afterEach(() => relay.stop());

async function open(headers: Record<string, string> = { authorization: `Bearer ${KEYS.admin}` }) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    request(`${relay.url}/api/device/events`, { headers, agent: false }, resolve).on('error', reject).end(),
  );
  let text = '';
  let ended = false;
  answer.setEncoding('utf8');
  answer.on('data', (part: string) => (text += part));
  answer.on('close', () => (ended = true));
  return { answer, text: () => text, isEnded: () => ended, close: () => answer.destroy() };
}

it('is a stream of events that no proxy collects', async () => {
  const { answer, text, close } = await open();
  expect(answer.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  await relay.register('d1');
  await eventually(() => expect(text()).toMatch(/event: device\ndata: \{"device_id":"d1".*\}\n\n/));
  expect(text()).toMatch(/^retry: 2000\n\n/);
  close();
  await eventually(() => expect(relay.deps.fleet.listenerCount).toBe(0));
});

it('takes the session’s cookie, and ends with the session', async () => {
  const login = await relay.post('/admin/login', { key: KEYS.admin });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0];
  expect((await relay.call('GET', '/events')).status).toBe(401);
  await relay.pass(12 * 3_600_000 - 1_000);
  const { text, isEnded } = await open({ cookie });
  await eventually(() => expect(text()).toContain('event: stats'));
  await eventually(() => expect(isEnded()).toBe(true), { timeoutMs: 5_000 });
});

it('ends when the session is signed out elsewhere; those of other sessions and of a key stay open', async () => {
  const signIn = async () => {
    const { body, headers } = await relay.post('/admin/login', { key: KEYS.admin });
    const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
    return { cookie, 'x-csrf-token': body.csrf_token as string };
  };
  const [mine, other] = [await signIn(), await signIn()];
  const [ofMine, ofOther, ofKey] = [
    await open({ cookie: mine.cookie }),
    await open({ cookie: other.cookie }),
    await open(),
  ];
  await eventually(() => expect(relay.deps.fleet.listenerCount).toBe(3));
  // Another tab of the same browser, or whoever has its cookie, signs out.
  expect((await relay.call('POST', '/admin/logout', { headers: mine, body: {} })).status).toBe(200);
  await eventually(() => expect(ofMine.isEnded()).toBe(true), { timeoutMs: 5_000 });
  await eventually(() => expect(relay.deps.fleet.listenerCount).toBe(2));
  expect([ofOther.isEnded(), ofKey.isEnded()]).toEqual([false, false]);
});

it('a reader that takes nothing costs no memory and gets the newest state when it reads on', async () => {
  await relay.counter('7', 'd1');
  const { answer, text, close } = await open();
  answer.pause();
  const { fleet } = relay.deps;
  const padding = 'x'.repeat(200_000);
  const listeners = (fleet as unknown as { listeners: Set<{ event(kind: string, data: object): void }> }).listeners;
  const [stream] = listeners;
  for (let round = 0; round < 400; round++) stream.event('device', { device_id: 'd1', round, padding });
  const { waiting } = stream as unknown as { waiting: Map<string, string> };
  expect(waiting.size).toBe(1);
  answer.resume();
  await eventually(() => expect(text()).toContain('"round":399'));
  expect(text()).not.toContain('"round":398');
  close();
});

it('has so many readers and no more', async () => {
  const readers = await Promise.all(Array.from({ length: 100 }, () => open()));
  const { status, headers } = await relay.get('/events', KEYS.admin);
  expect([status, headers.get('retry-after')]).toEqual([429, '10']);
  for (const reader of readers) reader.close();
  await eventually(() => expect(relay.deps.fleet.listenerCount).toBe(0));
});
