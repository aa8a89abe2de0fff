/** Presence that several relays share: each keeps what it hears itself, and tells the others once a second, and at once when a display comes back or was nearly missed. */
import type { PresenceBook, Standing } from '../presence.ts';
import { MemoryPresence } from '../presence.ts';
import type { Heard, Presence } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Names } from './keys.ts';

const FLUSH_MS = 1_000;
const NEVER: Standing = { presence: { heardAt: 0, display: null, maxGapMs: 0 }, onlineUntil: 0 };

function read(text: string | null | undefined): Standing {
  if (text == null) return NEVER;
  const [heardAt, onlineUntil, display, maxGapMs] = JSON.parse(text) as [number, number, Presence['display'], number];
  return { presence: { heardAt, display, maxGapMs }, onlineUntil };
}

const write = ({ presence: { heardAt, display, maxGapMs }, onlineUntil }: Standing): string =>
  JSON.stringify([heardAt, onlineUntil, display, maxGapMs]);

export class RedisPresence implements PresenceBook {
  private readonly own: MemoryPresence;
  private readonly changed = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private flushing: Promise<void> | undefined;
  /** Asked for while one was under way. */
  private isAskedAgain = false;

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly now: () => number,
  ) {
    this.own = new MemoryPresence(now);
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
  }

  heard(deviceId: string, heard: Heard): void {
    const wasSure = this.own.standing(deviceId).onlineUntil > this.now() + FLUSH_MS;
    this.own.heard(deviceId, heard);
    this.changed.add(deviceId);
    if (!wasSure) void this.flush();
  }

  hold(deviceId: string, forMs: number): void {
    this.own.hold(deviceId, forMs);
    this.changed.add(deviceId);
  }

  release(deviceId: string, isGone: boolean): void {
    this.own.release(deviceId, isGone);
    this.changed.add(deviceId);
  }

  /** Tells the others all that has changed up to now. What cannot be told now is told with the next. */
  flush(): Promise<void> {
    if (this.flushing) this.isAskedAgain = true;
    return (this.flushing ??= this.send());
  }

  /** Not for as long as there are changes: where displays poll there always are, and then each poll would be told by itself. */
  private async send(): Promise<void> {
    // Whoever comes in the same turn goes with it.
    await Promise.resolve();
    do {
      this.isAskedAgain = false;
      await this.sendChanged();
    } while (this.isAskedAgain && this.connection.isReady);
    this.flushing = undefined;
  }

  private async sendChanged(): Promise<void> {
    if (this.changed.size === 0 || !this.connection.isReady) return;
    const deviceIds = [...this.changed];
    this.changed.clear();
    try {
      await this.connection.client.hSet(
        this.names.presence,
        deviceIds.flatMap((deviceId) => [deviceId, write(this.own.standing(deviceId))]),
      );
    } catch {
      for (const deviceId of deviceIds) this.changed.add(deviceId);
    }
  }

  /** Whoever heard it last knows best. */
  private better(deviceId: string, theirs: Standing): Standing {
    const ours = this.own.standing(deviceId);
    return ours.presence.heardAt >= theirs.presence.heardAt ? ours : theirs;
  }

  private async standing(deviceId: string): Promise<Standing> {
    const text = await this.connection.call((client) => client.hGet(this.names.presence, deviceId));
    return this.better(deviceId, read(text));
  }

  async of(deviceId: string): Promise<Presence> {
    return (await this.standing(deviceId)).presence;
  }

  isOnline(deviceId: string): boolean | Promise<boolean> {
    if (this.own.isOnline(deviceId)) return true;
    return this.standing(deviceId).then(({ onlineUntil }) => onlineUntil >= this.now());
  }

  async survey(): Promise<(deviceId: string) => Standing> {
    const all = new Map(Object.entries(await this.connection.call((client) => client.hGetAll(this.names.presence))));
    return (deviceId) => this.better(deviceId, read(all.get(deviceId)));
  }

  forget(deviceId: string): void {
    this.own.forget(deviceId);
    this.changed.delete(deviceId);
    this.connection.call((client) => client.hDel(this.names.presence, deviceId)).catch(() => undefined);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}
