import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { anySignal } from './any-signal.ts';

describe('work under several signals', () => {
  it('is told of the first that fires, with its reason', async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const reason = await anySignal([one.signal, two.signal], async (signal) => {
      two.abort('second');
      one.abort('first');
      return signal.reason as string;
    });
    expect(reason).toBe('second');
  });

  it('is told at once of one that has fired before', () =>
    anySignal([AbortSignal.abort('before')], async (signal) => {
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBe('before');
    }));

  it('leaves nothing on them, whether it succeeds or fails', async () => {
    const { signal } = new AbortController();
    await anySignal([signal], async () => undefined);
    await anySignal([signal], () => Promise.reject(new Error('x'))).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
