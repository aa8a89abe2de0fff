import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import { pause, withDeadline } from './deadline.ts';

describe('work with a deadline', () => {
  it('gives what it gives in time, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    expect(await withDeadline(clock, 1_000, Promise.resolve('done'), 'late')).toBe('done');
    expect(clock.pending).toBe(0);
  });

  it('is late after its time, and what it gives then is ignored, an error too', async () => {
    const clock = new ManualClock();
    const work = clock.sleep(2_000).then(() => Promise.reject(new Error('too late')));
    expect(await clock.run(withDeadline(clock, 1_000, work, 'late'))).toBe('late');
    expect(clock.now()).toBe(1_000);
    await clock.advance(5_000);
  });

  it('fails as the work fails', () =>
    expect(withDeadline(new ManualClock(), 1_000, Promise.reject(new Error('broken')), 'late')).rejects.toThrow(
      'broken',
    ));
});

it('a pause says whether it lasted to its end', async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const paused = pause(clock, 1_000, stop.signal);
  stop.abort();
  expect(await paused).toBe(false);
  expect(await clock.run(pause(clock, 1_000))).toBe(true);
});
