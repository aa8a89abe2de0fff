/**
 * A hundred thousand senseless requests to the built relay: made of the route table and its schemas with something
 * wrong here and there, and raw bytes. It must not answer 5xx, not end, and not grow. The seed is told, so that what
 * was found is found again.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allRoutes, describing } from '../../../relay/app.ts';
import { fuzz, nameOf } from '../../support/fuzz/run.ts';
import { KEYS, startRelay } from '../../support/process/relay.ts';

const REQUESTS = 100_000;
/**
 * There is a file only where somebody put an update: tests/long/tray/update.test.ts does. The demo's keys are for the
 * token that the relay prints: tests/security/takes-the-demos-keys.test.ts.
 */
const NOT_THERE = ['GET /update/file/:file', 'GET /demo'];
const SEED = 20_260_105;

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;

it('answers a hundred thousand senseless requests with sense, in memory that stays what it was', async () => {
  const relay = await startRelay({ env: { LOG_LEVEL: 'warn' } });
  const { pid } = relay;
  const memory: number[] = [];
  try {
    const routes = [...allRoutes, describing(allRoutes, '')];
    const { statuses, passed, wrong } = await fuzz({
      port: Number(new URL(relay.origin).port),
      seed: SEED,
      requests: REQUESTS,
      routes,
      keys: KEYS,
      onPart: async () => void memory.push(residentMb(pid)),
    });
    const rounded = memory.filter((_mb, part) => part % 10 === 9).map((mb) => Math.round(mb));
    console.log(`seed ${SEED}, statuses ${JSON.stringify(statuses)}, MB ${rounded.join(' ')}`);
    expect(wrong).toEqual([]);
    // Every call got through, or nothing behind its door was tried.
    expect(routes.map(nameOf).filter((name) => !passed.has(name))).toEqual(NOT_THERE);
    expect(relay.pid).toBe(pid);
    expect((await relay.call('GET', '/health', { key: null })).body['status']).toBe('online');
    // The lowest of each part: how much the collector lets lie about is its own affair. Some thousand commands have
    // ended meanwhile, and are kept.
    const least = (from: number, to: number): number => Math.min(...memory.slice(from, to));
    expect(least(80, 100)).toBeLessThan(least(20, 40) + 30);
  } finally {
    await relay.remove();
  }
});
