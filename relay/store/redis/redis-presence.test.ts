import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Connection } from './connection.ts';
import { keysWithPrefix } from './keys.ts';
import { RedisPresence } from './redis-presence.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A Redis that answers when it is let, with what it was told: of which displays, command by command. */
function slowRedis() {
  const told: string[][] = [];
  const waiting: (() => void)[] = [];
  const connection = {
    isReady: true,
    client: {
      hSet: (_name: string, fields: readonly string[]) => {
        told.push(fields.filter((_field, at) => at % 2 === 0));
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
    },
  };
  const presence = new RedisPresence(connection as unknown as Connection, keysWithPrefix('test:'), Date.now);
  return {
    presence,
    told,
    answers: async () => {
      waiting.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

it('tells of displays that poll on once a second, however many polls come while Redis is being told', async () => {
  const { presence, told, answers } = slowRedis();
  presence.recordPoll('d1', {});
  presence.recordPoll('d2', {});
  await answers();
  expect(told).toEqual([['d1', 'd2']]);
  await answers();
  presence.recordPoll('d1', {});
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([['d1', 'd2'], ['d1']]);
  for (const id of ['d1', 'd2', 'd1', 'd2']) presence.recordPoll(id, {});
  await answers();
  await vi.advanceTimersByTimeAsync(900);
  expect(told).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(100);
  expect(told.slice(2)).toEqual([['d1', 'd2']]);
});

it('tells of a display that comes back while Redis is being told as soon as it has answered', async () => {
  const { presence, told, answers } = slowRedis();
  presence.recordPoll('d1', {});
  await vi.advanceTimersByTimeAsync(0);
  presence.recordPoll('d2', {});
  expect(told).toEqual([['d1']]);
  await answers();
  expect(told).toEqual([['d1'], ['d2']]);
});

it('what is heard while Redis is being told is told before the relay ends', async () => {
  const { presence, told, answers } = slowRedis();
  presence.recordPoll('d1', {});
  await vi.advanceTimersByTimeAsync(0);
  presence.recordPoll('d1', {});
  const closed = presence.close();
  await answers();
  await answers();
  await closed;
  expect(told).toEqual([['d1'], ['d1']]);
});
