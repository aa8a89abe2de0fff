import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import { pause, withDeadline, withinDeadline } from './deadline.ts';

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

describe('work that takes a signal', () => {
  const deaf = (seen: AbortSignal[]) => (over: AbortSignal) => {
    seen.push(over);
    return new Promise<'done'>(() => undefined);
  };

  it('is told when its time is over, and not waited for', async () => {
    const clock = new ManualClock();
    const seen: AbortSignal[] = [];
    expect(await clock.run(withinDeadline(clock, 1_000, undefined, deaf(seen), 'late'))).toBe('late');
    expect([clock.now(), seen[0]?.aborted]).toEqual([1_000, true]);
  });

  it('is told when the caller gives it up, with the caller’s reason, before it began or later', async () => {
    const clock = new ManualClock();
    const caller = new AbortController();
    const seen: AbortSignal[] = [];
    const working = withinDeadline(clock, 1_000, caller.signal, deaf(seen), 'late');
    expect(seen[0]?.aborted).toBe(false);
    caller.abort(new Error('enough'));
    void withinDeadline(clock, 1_000, caller.signal, deaf(seen), 'late');
    expect(seen.map(({ reason }) => (reason as Error).message)).toEqual(['enough', 'enough']);
    expect(await clock.run(working)).toBe('late');
  });

  it('in time leaves no timer behind', async () => {
    const clock = new ManualClock();
    expect(await withinDeadline(clock, 1_000, undefined, () => Promise.resolve('done'), 'late')).toBe('done');
    expect(clock.pending).toBe(0);
  });
});

it('a pause says whether it lasted to its end', async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const paused = pause(clock, 1_000, stop.signal);
  stop.abort();
  expect(await paused).toBe(false);
  expect(await clock.run(pause(clock, 1_000))).toBe(true);
});
