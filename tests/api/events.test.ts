import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { EventStream } from '../../relay/admin/event-stream.ts';
import type { AdminEvents } from '../../shared/wire/admin/events.ts';
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
  // Another tab of the same browser, or anyone who has its cookie, signs out.
  expect((await relay.call('POST', '/admin/logout', { headers: mine, body: {} })).status).toBe(200);
  await eventually(() => expect(ofMine.isEnded()).toBe(true), { timeoutMs: 5_000 });
  await eventually(() => expect(relay.deps.fleet.listenerCount).toBe(2));
  expect([ofOther.isEnded(), ofKey.isEnded()]).toEqual([false, false]);
});

it('a reader that takes nothing costs no memory and gets the newest state when it reads on', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const asking = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }).end();
  const [, res] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const stream = new EventStream(res);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  let text = '';
  answer.setEncoding('utf8');
  answer.pause();
  const padding = 'x'.repeat(200_000);
  // Not what an admin page is sent, but as large as nothing that it is sent.
  const state = (round: number) => ({ device_id: 'd1', round, padding }) as unknown as AdminEvents['device'];
  for (let round = 0; round < 400; round++) stream.event('device', state(round));
  expect(res.writableLength).toBeLessThan(2 * padding.length);
  answer.on('data', (part: string) => (text += part));
  answer.resume();
  await eventually(() => expect(text).toContain('"round":399'));
  expect(text).not.toContain('"round":398');
  stream.end();
  answer.destroy();
});

it('has so many readers and no more', async () => {
  const readers = await Promise.all(Array.from({ length: 100 }, () => open()));
  const { status, headers } = await relay.get('/events', KEYS.admin);
  expect([status, headers.get('retry-after')]).toEqual([429, '10']);
  for (const reader of readers) reader.close();
  await eventually(() => expect(relay.deps.fleet.listenerCount).toBe(0));
});
