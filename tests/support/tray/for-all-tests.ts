/** One counter for all tests of a describe block; says what it knows when one of them fails. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { TrayCounter, type TrayCounterOptions } from './counter.ts';

/** The executable may have to be built first. */
const BUILD_LIMIT_MS = 180_000;

export function trayCounter(options: TrayCounterOptions): TrayCounter {
  const counter = new TrayCounter(options);
  beforeAll(() => counter.open(), BUILD_LIMIT_MS);
  afterAll(() => counter.close());
  afterEach((context) => {
    if (context.task.result?.state !== 'fail') return;
    console.log('tray:', counter.tray?.log().slice(-6_000));
    console.log('relay:', counter.relay?.output.slice(-3_000));
  });
  return counter;
}
