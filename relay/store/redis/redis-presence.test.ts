import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Connection } from './connection.ts';
import { keysWithPrefix } from './keys.ts';
import { RedisPresence } from './redis-presence.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A Redis that answers when it is let, with what was written to it: which displays, command by command. */
function slowRedis() {
  const written: string[][] = [];
  const waiting: (() => void)[] = [];
  const connection = {
    isReady: true,
    client: {
      hSet: (_name: string, fields: readonly string[]) => {
        written.push(fields.filter((_field, at) => at % 2 === 0));
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
    },
  };
  const presence = new RedisPresence(connection as unknown as Connection, keysWithPrefix('test:'), Date.now);
  return {
    presence,
    written,
    answers: async () => {
      waiting.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

it('tells of displays that poll on once a second, however many polls come while Redis is being written to', async () => {
  const { presence, written, answers } = slowRedis();
  presence.recordPoll('d1', {});
  presence.recordPoll('d2', {});
  await answers();
  expect(written).toEqual([['d1', 'd2']]);
  await answers();
  presence.recordPoll('d1', {});
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written).toEqual([['d1', 'd2'], ['d1']]);
  for (const id of ['d1', 'd2', 'd1', 'd2']) presence.recordPoll(id, {});
  await answers();
  await vi.advanceTimersByTimeAsync(900);
  expect(written).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(100);
  expect(written.slice(2)).toEqual([['d1', 'd2']]);
});

it('tells of a display that comes back while Redis is being written to as soon as it has answered', async () => {
  const { presence, written, answers } = slowRedis();
  presence.recordPoll('d1', {});
  await vi.advanceTimersByTimeAsync(0);
  presence.recordPoll('d2', {});
  expect(written).toEqual([['d1']]);
  await answers();
  expect(written).toEqual([['d1'], ['d2']]);
});

it('what is heard while Redis is being written to is published before the relay ends', async () => {
  const { presence, written, answers } = slowRedis();
  presence.recordPoll('d1', {});
  await vi.advanceTimersByTimeAsync(0);
  presence.recordPoll('d1', {});
  const closed = presence.close();
  await answers();
  await answers();
  await closed;
  expect(written).toEqual([['d1'], ['d1']]);
});
