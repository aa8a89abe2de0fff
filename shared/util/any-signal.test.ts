import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { underAny } from './any-signal.ts';

describe('work under several signals', () => {
  it('is told of the first that fires, with its reason', async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const reason = await underAny([one.signal, two.signal], async (signal) => {
      two.abort('second');
      one.abort('first');
      return signal.reason as string;
    });
    expect(reason).toBe('second');
  });

  it('is told at once of one that has fired before', () =>
    underAny([AbortSignal.abort('before')], async (signal) => {
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBe('before');
    }));

  it('leaves nothing on them, whether it succeeds or fails', async () => {
    const { signal } = new AbortController();
    await underAny([signal], async () => undefined);
    await underAny([signal], () => Promise.reject(new Error('x'))).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
