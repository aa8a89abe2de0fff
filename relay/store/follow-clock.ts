/**
 * What the owner of a store does when the computer's clock was set: the records move along before anything is decided
 * by the new time.
 */
import type { Logger } from 'pino';
import { moveAllTimes, newestTimeOf } from '../core/move-times.ts';
import type { Notices } from '../notices.ts';
import { JUMP_MS, type SteadyClock } from '../steady-clock.ts';
import type { Database } from './database.ts';

export interface Timekeeping {
  readonly clock: SteadyClock;
  readonly database: Pick<Database, 'devices' | 'transact'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly notices: Notices;
}

/**
 * To be called before each sweep, which waits for it. Rejects when the records cannot be written; then the relay goes
 * on with the time that it had, and looks again at the next call.
 */
export async function followClock(timekeeping: Timekeeping): Promise<void> {
  const { clock, database } = timekeeping;
  const byMs = clock.jumpMs();
  if (byMs === 0) return;
  const deviceIds = (await database.devices()).map(({ deviceId }) => deviceId);
  // In one turn: no decision sees the new time with the old records.
  clock.follow(byMs);
  try {
    await database.transact((tx) => moveAllTimes(tx, deviceIds, byMs));
  } catch (error) {
    clock.follow(-byMs);
    throw error;
  }
  tell(timekeeping, byMs);
}

/**
 * At a start: records from the future say that the clock was set back while the relay did not run, by at least so much.
 */
export async function catchUp(timekeeping: Timekeeping): Promise<void> {
  const { clock, database } = timekeeping;
  const devices = await database.devices();
  const byMs = clock.now() - Math.max(0, ...devices.map(newestTimeOf));
  if (byMs > -JUMP_MS) return;
  await database.transact((tx) => {
    moveAllTimes(
      tx,
      devices.map(({ deviceId }) => deviceId),
      byMs,
    );
  });
  tell(timekeeping, byMs);
}

function tell({ clock, log, notices }: Timekeeping, byMs: number): void {
  notices.clockJumped({ at: clock.now(), byMs });
  log.warn(
    { bySeconds: Math.round(byMs / 1000) },
    'the clock of this computer was set: links and codes keep the time that they had left',
  );
}
