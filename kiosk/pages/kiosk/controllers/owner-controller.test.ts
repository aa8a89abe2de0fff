import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  IDLE_BEFORE_HANDING_BACK_MS,
  OwnerController,
  STANDBY_ASKS_AFTER_MS,
  type Ownership,
} from './owner-controller.ts';

const host = {
  addController: () => undefined,
  removeController: () => undefined,
  requestUpdate: () => undefined,
  updateComplete: Promise.resolve(true),
};

interface Asked {
  readonly name: string;
  readonly mode: LockMode;
  readonly clientId: string;
  readonly callback: () => unknown;
}

/**
 * One browser's locks: by name, in the order of asking, exclusive or shared, until the callback is over or the page is
 * gone.
 */
class Locks {
  #held: Asked[] = [];
  #pending: Asked[] = [];

  /** As the page of this name sees them. */
  of(clientId: string): Pick<LockManager, 'request' | 'query'> {
    const request = (name: string, ...rest: readonly unknown[]): Promise<unknown> => {
      const { mode = 'exclusive' } = rest.length > 1 ? (rest[0] as LockOptions) : {};
      this.#pending.push({ name, mode, clientId, callback: rest.at(-1) as () => unknown });
      queueMicrotask(() => this.#grant());
      return new Promise(() => undefined);
    };
    const told = ({ name, mode, clientId }: Asked): LockInfo => ({ name, mode, clientId });
    const query = async (): Promise<LockManagerSnapshot> => ({
      held: this.#held.map(told),
      pending: this.#pending.map(told),
    });
    return { request: request, query };
  }

  /** The page was closed or reloaded, or its process died. */
  gone(clientId: string): void {
    this.#held = this.#held.filter((one) => one.clientId !== clientId);
    this.#pending = this.#pending.filter((one) => one.clientId !== clientId);
    this.#grant();
  }

  #grant(): void {
    for (const asked of [...this.#pending]) {
      const rivals = this.#held.filter(({ name }) => name === asked.name);
      if (rivals.some(({ mode }) => mode === 'exclusive' || asked.mode === 'exclusive')) continue;
      this.#pending = this.#pending.filter((one) => one !== asked);
      this.#held.push(asked);
      void Promise.resolve(asked.callback()).then(() => {
        this.#held = this.#held.filter((one) => one !== asked);
        this.#grant();
      });
    }
  }
}

interface Page {
  readonly said: readonly Ownership[];
  readonly controller: OwnerController;
  isIdle: boolean;
}

function page(locks: Locks, clientId: string, isStandby = false): Page {
  const said: Ownership[] = [];
  const controller = new OwnerController(host, {
    lockName: 'a lock',
    locks: locks.of(clientId),
    isStandby: () => isStandby,
    isIdle: () => opened.isIdle,
    onChange: (state) => void said.push(state),
    now: () => Date.now(),
  });
  const opened: Page = { said, controller, isIdle: true };
  controller.hostConnected();
  return opened;
}
const standbyPage = (locks: Locks, clientId = 'standby'): Page => page(locks, clientId, true);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the owner of the display', () => {
  it('is the page that asked first; the other is passive until that one is gone', async () => {
    const locks = new Locks();
    const [first, second] = [page(locks, 'first'), page(locks, 'second')];
    await vi.advanceTimersByTimeAsync(60_000);
    expect([first.said, second.said]).toEqual([['owner'], ['passive']]);
    expect(second.controller.isLent).toBe(false);
    locks.gone('first');
    expect(second.said).toEqual(['passive', 'owner']);
  });

  it('is not the standby window when both start together, whichever is first', async () => {
    const locks = new Locks();
    const standby = standbyPage(locks);
    await vi.advanceTimersByTimeAsync(STANDBY_ASKS_AFTER_MS - 1_000);
    expect(standby.said).toEqual(['passive']);
    const kiosk = page(locks, 'kiosk');
    await vi.advanceTimersByTimeAsync(STANDBY_ASKS_AFTER_MS);
    expect([kiosk.said, standby.said]).toEqual([['owner'], ['passive']]);
    locks.gone('kiosk');
    expect(standby.said).toEqual(['passive', 'owner']);
  });

  it('is the standby window when there is no other, for as long as that is so', async () => {
    const standby = standbyPage(new Locks());
    await vi.advanceTimersByTimeAsync(STANDBY_ASKS_AFTER_MS);
    expect(standby.said).toEqual(['passive', 'owner']);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(standby.said).toEqual(['passive', 'owner']);
  });

  it('is the main page again when that one starts 6 s after the standby at log-in', async () => {
    const locks = new Locks();
    const standby = standbyPage(locks);
    await vi.advanceTimersByTimeAsync(6_000);
    const kiosk = page(locks, 'kiosk');
    await vi.advanceTimersByTimeAsync(2_000);
    expect([kiosk.said, standby.said]).toEqual([['passive'], ['passive', 'owner']]);
    // What its notice says: the standby drives for now, not just another tab.
    expect(kiosk.controller.isLent).toBe(true);
    await vi.advanceTimersByTimeAsync(IDLE_BEFORE_HANDING_BACK_MS);
    expect([kiosk.said, standby.said]).toEqual([
      ['passive', 'owner'],
      ['passive', 'owner', 'passive'],
    ]);
    expect(kiosk.controller.isLent).toBe(false);
    // The standby waits in the queue as before.
    locks.gone('kiosk');
    expect(standby.said.at(-1)).toBe('owner');
  });

  it('is the main page again after its reload, once nothing has been going on for a while', async () => {
    const locks = new Locks();
    const [, standby] = [page(locks, 'before'), standbyPage(locks)];
    await vi.advanceTimersByTimeAsync(60_000);
    locks.gone('before');
    standby.isIdle = false;
    const after = page(locks, 'after');
    await vi.advanceTimersByTimeAsync(600_000);
    expect([after.said, standby.said]).toEqual([['passive'], ['passive', 'owner']]);
    standby.isIdle = true;
    await vi.advanceTimersByTimeAsync(IDLE_BEFORE_HANDING_BACK_MS / 2);
    standby.isIdle = false;
    await vi.advanceTimersByTimeAsync(1_000);
    standby.isIdle = true;
    await vi.advanceTimersByTimeAsync(IDLE_BEFORE_HANDING_BACK_MS - 1_000);
    expect(standby.said).toEqual(['passive', 'owner']);
    await vi.advanceTimersByTimeAsync(3_000);
    expect([after.said.at(-1), standby.said.at(-1)]).toEqual(['owner', 'passive']);
    await vi.advanceTimersByTimeAsync(600_000);
    expect([after.said, standby.said]).toEqual([
      ['passive', 'owner'],
      ['passive', 'owner', 'passive'],
    ]);
  });

  it('does not change between two standby windows', async () => {
    const locks = new Locks();
    const [one, other] = [standbyPage(locks, 'one'), standbyPage(locks, 'other')];
    await vi.advanceTimersByTimeAsync(600_000);
    expect([one.said, other.said]).toEqual([['passive', 'owner'], ['passive']]);
  });

  it('is the main page again although the minimised standby’s timers stand still: its worker’s news are enough', async () => {
    const locks = new Locks();
    const standby = standbyPage(locks);
    await vi.advanceTimersByTimeAsync(6_000);
    const kiosk = page(locks, 'kiosk');
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() + IDLE_BEFORE_HANDING_BACK_MS);
    standby.controller.hostUpdated();
    await vi.advanceTimersByTimeAsync(0);
    expect([kiosk.said.at(-1), standby.said.at(-1)]).toEqual(['owner', 'passive']);
  });

  it('gives the display up before the lock, so that the next owner finds it free', async () => {
    const locks = new Locks();
    const order: string[] = [];
    const at = (clientId: string, isStandby: boolean): OwnerController => {
      const parts = { lockName: 'a lock', locks: locks.of(clientId), isStandby: () => isStandby, isIdle: () => true };
      const onChange = (state: Ownership): void => void order.push(`${clientId} ${state}`);
      return new OwnerController(host, { ...parts, onChange, now: () => Date.now() });
    };
    at('standby', true).hostConnected();
    await vi.advanceTimersByTimeAsync(6_000);
    at('kiosk', false).hostConnected();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(order.slice(-2)).toEqual(['standby passive', 'kiosk owner']);
  });
});
