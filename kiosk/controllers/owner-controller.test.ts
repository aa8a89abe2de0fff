import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OwnerController, STANDBY_ASKS_AFTER_MS, type Ownership } from './owner-controller.ts';

const host = {
  addController: () => undefined,
  removeController: () => undefined,
  requestUpdate: () => undefined,
  updateComplete: Promise.resolve(true),
};

/** One lock, as the browser gives it: to the first who asked, for as long as its page lives. */
class Lock {
  readonly #queue: (() => unknown)[] = [];
  readonly request = ((_name: string, callback: () => unknown) => {
    this.#queue.push(callback);
    if (this.#queue.length === 1) queueMicrotask(callback);
    return new Promise(() => undefined);
  }) as LockManager['request'];

  /** The owner's page is gone. */
  release(): void {
    this.#queue.shift();
    this.#queue[0]?.();
  }
}

function page(lock: Lock, askAfterMs?: number): { readonly said: readonly Ownership[] } {
  const said: Ownership[] = [];
  const controller = new OwnerController(
    host,
    'a lock',
    lock,
    (state) => void said.push(state),
    ...(askAfterMs === undefined ? [] : [() => askAfterMs]),
  );
  controller.hostConnected();
  return { said };
}

describe('the owner of the display', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is the page that asked first; the other is passive until that one is gone', async () => {
    const lock = new Lock();
    const [first, second] = [page(lock), page(lock)];
    await vi.advanceTimersByTimeAsync(1_000);
    expect([first.said, second.said]).toEqual([['owner'], ['passive']]);
    lock.release();
    expect(second.said).toEqual(['passive', 'owner']);
  });

  it('is not the standby window when both start together, whichever is first', async () => {
    const lock = new Lock();
    const standby = page(lock, STANDBY_ASKS_AFTER_MS);
    await vi.advanceTimersByTimeAsync(STANDBY_ASKS_AFTER_MS - 1_000);
    expect(standby.said).toEqual(['passive']);
    const kiosk = page(lock);
    await vi.advanceTimersByTimeAsync(STANDBY_ASKS_AFTER_MS);
    expect([kiosk.said, standby.said]).toEqual([['owner'], ['passive']]);
    lock.release();
    expect(standby.said).toEqual(['passive', 'owner']);
  });

  it('is the standby window when there is no other', async () => {
    const standby = page(new Lock(), STANDBY_ASKS_AFTER_MS);
    await vi.advanceTimersByTimeAsync(STANDBY_ASKS_AFTER_MS);
    expect(standby.said).toEqual(['passive', 'owner']);
  });
});
