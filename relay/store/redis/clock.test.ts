import { expect, it } from 'vitest';
import type { ClockJump } from '../../notices.ts';
import { SteadyClock } from '../../steady-clock.ts';
import { RedisClock } from './clock.ts';
import type { Connection } from './connection.ts';

const HOUR_MS = 3_600_000;

async function begin() {
  const time = { wallMs: 1_000_000_000, passedMs: 0, redisMs: 2_000_000_000, asked: 0 };
  const pass = (ms: number): void => {
    for (const each of ['wallMs', 'passedMs', 'redisMs'] as const) time[each] += ms;
  };
  const sendCommand = async (): Promise<string[]> => {
    time.asked++;
    return [String(Math.floor(time.redisMs / 1000)), String((time.redisMs % 1000) * 1000)];
  };
  const connection = {
    call: (ask: (client: object) => unknown) => ask({ sendCommand }),
  } as unknown as Connection;
  const jumps: [string, ClockJump][] = [];
  const clock = new RedisClock(
    connection,
    { onOwnJump: (jump) => jumps.push(['own', jump]), onRedisJump: (jump) => jumps.push(['redis', jump]) },
    new SteadyClock({ wall: () => time.wallMs, passed: () => time.passedMs }),
  );
  await clock.start();
  return { time, pass, jumps, clock };
}

it('a relay whose own clock is set keeps the time of Redis, before it has asked as well', async () => {
  const { time, pass, jumps, clock } = await begin();
  for (const byMs of [-HOUR_MS, 24 * HOUR_MS]) {
    time.wallMs += byMs;
    expect(clock.now()).toBe(time.redisMs);
    await clock.look();
    expect(clock.now()).toBe(time.redisMs);
    expect(jumps.splice(0)).toEqual([['own', { at: time.redisMs, byMs }]]);
    pass(1_000);
    await clock.look();
    expect(jumps).toEqual([]);
  }
});

it('follows Redis within half a minute when that is set, as all its relays do', async () => {
  const { time, pass, jumps, clock } = await begin();
  time.redisMs -= HOUR_MS;
  pass(29_000);
  await clock.look();
  expect(clock.now()).toBe(time.redisMs + HOUR_MS);
  pass(1_000);
  await clock.look();
  expect(clock.now()).toBe(time.redisMs);
  expect(jumps).toEqual([['redis', { at: time.redisMs, byMs: -HOUR_MS }]]);
});

it('after a sleep of the computer it is right at the first look, and tells one event', async () => {
  const { time, jumps, clock } = await begin();
  time.wallMs += HOUR_MS;
  time.redisMs += HOUR_MS;
  await clock.look();
  expect(clock.now()).toBe(time.redisMs);
  expect(jumps).toEqual([['redis', { at: time.redisMs, byMs: HOUR_MS }]]);
  const { asked } = time;
  await clock.look();
  expect(time.asked).toBe(asked);
});
