/** Calls that wait: polls for a command, watchers for a state. Woken at once, ended by time, by a closed connection or by shutdown. */
import { ApiError } from '../../shared/wire/errors.ts';

export interface Waiting {
  /** Resolves when woken, when `ms` have passed, when the connection closed or the relay stops; never rejects. */
  wait(ms: number): Promise<void>;
  /** Ends the wait, or the next one if there is none now. */
  wake(): void;
  /** Nobody has entered under this name since. */
  readonly isNewest: boolean;
  /** Must be called when the caller has its answer. */
  end(): void;
}

class Waiter implements Waiting {
  private woken = false;
  private resolve: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly peers: Peers) {}

  get isNewest(): boolean {
    return this.peers.newest === this;
  }

  wait(ms: number): Promise<void> {
    if (this.woken) {
      this.woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.timer = setTimeout(() => this.wake(), ms);
    });
  }

  wake(): void {
    clearTimeout(this.timer);
    if (this.resolve) {
      const { resolve } = this;
      this.resolve = undefined;
      resolve();
    } else this.woken = true;
  }

  end(): void {
    clearTimeout(this.timer);
    this.peers.leave(this);
  }
}

interface Peers {
  readonly waiters: Set<Waiter>;
  newest: Waiter | undefined;
  readonly leave: (waiter: Waiter) => void;
}

export class HeldPolls {
  private readonly names = new Map<string, Peers>();
  private count = 0;
  private stopping = false;

  constructor(private readonly max: number) {}

  get size(): number {
    return this.count;
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /** Register first, look afterwards, then wait: so that nothing slips through in between. */
  enter(name: string): Waiting {
    if (this.count >= this.max)
      throw new ApiError(
        'rate_limited',
        'Too many calls are waiting here; poll without wait.',
        {},
        { 'Retry-After': '2' },
      );
    const peers = this.names.get(name) ?? this.open(name);
    const waiter = new Waiter(peers);
    peers.waiters.add(waiter);
    peers.newest = waiter;
    this.count++;
    if (this.stopping) waiter.wake();
    return waiter;
  }

  private open(name: string): Peers {
    const peers: Peers = {
      waiters: new Set(),
      newest: undefined,
      leave: (waiter) => {
        if (!peers.waiters.delete(waiter)) return;
        this.count--;
        if (peers.waiters.size === 0) this.names.delete(name);
      },
    };
    this.names.set(name, peers);
    return peers;
  }

  wake(name: string): void {
    for (const waiter of this.names.get(name)?.waiters ?? []) waiter.wake();
  }

  wakeAll(): void {
    for (const { waiters } of this.names.values()) for (const waiter of waiters) waiter.wake();
  }

  /** From now on nobody waits. */
  stop(): void {
    this.stopping = true;
    this.wakeAll();
  }
}
