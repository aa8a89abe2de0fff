import { describe, expect, it } from 'vitest';
import { Mutex } from './mutex.ts';

describe('a mutex', () => {
  it('runs one piece of work at a time, in the order of asking', async () => {
    const mutex = new Mutex();
    const log: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      return name;
    };
    expect(await Promise.all([mutex.run(work('a')), mutex.run(work('b'))])).toEqual(['a', 'b']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(mutex.free).toBe(true);
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    const mutex = new Mutex();
    const failed = mutex.run(() => Promise.reject(new Error('disk full')));
    const next = mutex.run(async () => 'next');
    await expect(failed).rejects.toThrow('disk full');
    expect(await next).toBe('next');
  });

  it('is idle once all that was asked for before is over', async () => {
    const mutex = new Mutex();
    let isOver = false;
    void mutex.run(async () => void (isOver = true));
    expect(mutex.free).toBe(false);
    await mutex.idle();
    expect(isOver).toBe(true);
  });
});
