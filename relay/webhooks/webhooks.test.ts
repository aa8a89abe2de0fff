import { getEventListeners } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../tests/support/wait.ts';
import { isPublicAddress } from './ssrf-guard.ts';
import type { CommandEnded } from './event.ts';
import { OutageDetector } from './outage-detector.ts';
import { deliveryQueueInFolder } from './delivery-queue.ts';
import { send } from './send.ts';
import { parseSecret } from './sign.ts';
import { RETRY_AFTER_MS, Webhooks, type WebhookOptions } from './webhooks.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const parsed = parseSecret(SECRET);
const KEY = 'key' in parsed ? parsed.key : Buffer.alloc(0);

const ENDED: CommandEnded = {
  type: 'command.ended',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: {
    command_id: 'c1',
    command_type: 'display_qr',
    device_id: 'd1',
    agent_id: 'a1',
    policy_number: null,
    reference: null,
    state: 'cleared',
    reason: 'paid',
    displayed_at: '2026-01-01T00:00:00.000Z',
  },
};

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'counterqr-webhooks-'));
  cleanUps.push(() => rm(path, { recursive: true }));
  return path;
}

interface Got {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A receiver that answers the given statuses in turn, then 204. */
async function receiver(...statuses: number[]): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server: Server = createServer((incoming, answer) => {
    let body = '';
    incoming.on('data', (part: Buffer) => (body += part.toString()));
    incoming.on('end', () => {
      got.push({ headers: incoming.headers as Record<string, string>, body });
      answer.writeHead(statuses.shift() ?? 204, { location: 'http://127.0.0.1:1/' }).end('x'.repeat(100_000));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got };
}

async function webhooks(options: Partial<WebhookOptions> & { urls: string[] }): Promise<Webhooks> {
  const made = new Webhooks({
    keys: [KEY],
    allowPrivate: true,
    messages: deliveryQueueInFolder(await folder(), () => undefined),
    send,
    now: Date.now,
    keepMs: Infinity,
    random: () => 0,
    log: () => undefined,
    ...options,
  });
  await made.start();
  cleanUps.push(() => made.stop());
  return made;
}

describe('webhooks', () => {
  it('sends what the reference library verifies', async () => {
    const { url, got } = await receiver();
    const hooks = await webhooks({ urls: [url] });
    await hooks.publish(ENDED);
    await eventually(() => expect(got).toHaveLength(1));
    expect(new Webhook(SECRET).verify(got[0].body, got[0].headers)).toEqual(ENDED);
    expect(() => new Webhook(SECRET).verify(`${got[0].body} `, got[0].headers)).toThrow();
    await eventually(() => expect(hooks.waitingCount).toBe(0));
  });

  it('signs with every key while a secret is rotated', async () => {
    const { url, got } = await receiver();
    const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    const hooks = await webhooks({ urls: [url], keys: [Buffer.alloc(24, 9), KEY] });
    await hooks.publish(ENDED);
    await eventually(() => expect(got).toHaveLength(1));
    for (const secret of [SECRET, other])
      expect(new Webhook(secret).verify(got[0].body, got[0].headers)).toEqual(ENDED);
  });

  it('tries again with growing waits under the same id, follows no redirect, and gives up in the end', async () => {
    const { url, got } = await receiver(500, 302, ...Array.from({ length: 20 }, () => 503));
    let now = Date.now();
    const said: string[] = [];
    const dues: number[] = [];
    const inFolder = deliveryQueueInFolder(await folder(), () => undefined);
    const hooks = await webhooks({
      urls: [url],
      now: () => now,
      log: (_level, event) => said.push(event),
      messages: {
        ...inFolder,
        put: async (message) => {
          await inFolder.put(message);
          if (message.attempts === 0) return;
          dues.push(message.dueAtMs - now);
          now = message.dueAtMs;
        },
      },
    });
    await hooks.publish(ENDED);
    await eventually(() => expect(said.at(-1)).toBe('webhook_given_up'));
    expect(dues).toEqual(RETRY_AFTER_MS);
    expect(got).toHaveLength(RETRY_AFTER_MS.length + 1);
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(hooks.waitingCount).toBe(0);
  });

  it('keeps what was not delivered over a restart, and sets a damaged file aside', async () => {
    const path = await folder();
    const down = new Webhooks({
      urls: ['http://127.0.0.1:9/'],
      keys: [KEY],
      keepMs: Infinity,
      allowPrivate: true,
      messages: deliveryQueueInFolder(path, () => undefined),
      send: (outgoing) =>
        new Promise((_resolve, reject) =>
          outgoing.signal.addEventListener('abort', () => reject(new Error('interrupted'))),
        ),
      now: Date.now,
      log: () => undefined,
    });
    await down.start();
    await down.publish(ENDED);
    await down.stop();
    await writeFile(join(path, 'broken.json'), '{"id":');
    const { url, got } = await receiver();
    const damaged: string[] = [];
    await webhooks({
      urls: ['http://127.0.0.1:9/'],
      messages: deliveryQueueInFolder(path, (file) => damaged.push(file)),
      send: (outgoing) => send({ ...outgoing, url }),
    });
    await eventually(() => expect(got).toHaveLength(1));
    expect(damaged).toEqual([join(path, 'broken.json.damaged')]);
    expect(await readdir(path)).toContain('broken.json.damaged');
  });

  it('leaves nothing on the signal that lives as long as the relay', async () => {
    const { url, got } = await receiver();
    const { signal } = new AbortController();
    const before = Object.getOwnPropertySymbols(signal);
    for (const _ of [1, 2, 3]) await send({ url, headers: {}, body: '{}', allowPrivate: true, signal });
    expect(got).toHaveLength(3);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    // Node's `AbortSignal.any` adds one of its own, which holds a trace of every call.
    expect(Object.getOwnPropertySymbols(signal)).toEqual(before);
  });

  it('refuses private addresses, written out or behind a name', async () => {
    const { url, got } = await receiver();
    const outgoing = { headers: {}, body: '{}', allowPrivate: false, signal: new AbortController().signal };
    await expect(send({ ...outgoing, url })).rejects.toThrow(/not a public address/);
    await expect(send({ ...outgoing, url: url.replace('127.0.0.1', 'localhost') })).rejects.toThrow(/public address/);
    await expect(send({ ...outgoing, url: url.replace('127.0.0.1', '[::1]') })).rejects.toThrow(/public address/);
    expect(got).toHaveLength(0);
  });

  it.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['10.1.2.3', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['::ffff:192.168.0.1', false],
    ['::7f00:1', false],
    ['::127.0.0.1', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['fd00::1', false],
    ['nonsense', false],
  ])('knows that %s is public: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });

  it.each(['short', 'whsec_!!!', `whsec_${Buffer.alloc(8).toString('base64')}`])('refuses the secret %s', (secret) => {
    expect(parseSecret(secret)).toHaveProperty('wrong');
  });
});

describe('outages', () => {
  const at = (ms: number) => ({ wallMs: ms, passedMs: ms });
  const watch = (): OutageDetector => new OutageDetector({ downAfterMs: 60_000, upAfterMs: 10_000 });

  it('says nothing of one lost poll, nor of a display never seen', () => {
    const outages = watch();
    expect(outages.observe('never', false, at(0))).toBeUndefined();
    expect(outages.observe('never', false, at(1_000_000))).toBeUndefined();
    outages.observe('d', true, at(0));
    expect(outages.observe('d', false, at(10_000))).toBeUndefined();
    expect(outages.observe('d', true, at(12_000))).toBeUndefined();
    expect(outages.observe('d', false, at(80_000))).toBeUndefined();
  });

  it('says down once and up once, each when certain', () => {
    const outages = watch();
    outages.observe('d', true, at(0));
    outages.observe('d', false, at(10_000));
    expect(outages.observe('d', false, at(69_999))).toBeUndefined();
    expect(outages.observe('d', false, at(70_000))).toEqual({ deviceId: 'd', to: 'down', sinceMs: 10_000 });
    expect(outages.observe('d', false, at(500_000))).toBeUndefined();
    outages.observe('d', true, at(500_000));
    expect(outages.observe('d', false, at(505_000))).toBeUndefined();
    outages.observe('d', true, at(510_000));
    expect(outages.observe('d', true, at(520_000))).toEqual({ deviceId: 'd', to: 'up', sinceMs: 510_000 });
    expect(outages.observe('d', true, at(530_000))).toBeUndefined();
  });
});

describe('what no receiver is to get any more', () => {
  const later = { ...ENDED, timestamp: '2026-01-03T00:00:00.000Z' };
  const NOW = Date.parse('2026-01-03T12:00:00.000Z');

  it('of a receiver that was taken out of the settings: dropped at the start, and counted', async () => {
    const [gone, kept] = [await receiver(), await receiver()];
    const messages = deliveryQueueInFolder(await folder(), () => undefined);
    const fails = () => Promise.resolve(500);
    const before = await webhooks({ urls: [gone.url, kept.url], messages, send: fails, now: () => NOW });
    await before.publish(later);
    await eventually(() => expect(before.waitingCount).toBe(2));
    await before.stop();

    const said: string[] = [];
    const log: WebhookOptions['log'] = (_level, event) => said.push(event);
    const after = await webhooks({ urls: [kept.url], messages, now: () => NOW + RETRY_AFTER_MS[0], log });
    await eventually(() => expect(kept.got).toHaveLength(1));
    expect([gone.got.length, after.droppedCount, said]).toEqual([0, 1, ['webhook_dropped']]);
    expect(await messages.load()).toEqual([]);
  });

  it('older than the history: dropped unsent, though its receiver is slow and not gone', async () => {
    const slow = await receiver();
    const messages = deliveryQueueInFolder(await folder(), () => undefined);
    const DAY = 24 * 3_600_000;
    const hooks = await webhooks({ urls: [slow.url], messages, keepMs: DAY, now: () => NOW });
    await hooks.publish(ENDED);
    await hooks.publish(later);
    await eventually(() => expect([slow.got.length, hooks.droppedCount, hooks.waitingCount]).toEqual([1, 1, 0]));
    expect(slow.got[0].body).toBe(JSON.stringify(later));
    expect(await messages.load()).toEqual([]);
  });
});
