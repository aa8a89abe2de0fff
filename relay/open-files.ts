/** How many connections and files the system lets this process have open at once. */
import { readFileSync } from 'node:fs';

/** Beside held polls: the web app's and the admin page's connections, and the store's files. */
const BESIDE_POLLS = 100;

/** `undefined` where the system does not say: proc(5) is Linux's. */
export function openFilesLimit(path = '/proc/self/limits'): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync(path, 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** A limit that holds so many displays is no news to who tries the relay out. */
const ENOUGH_FOR_TRIAL = 1_000;

/**
 * What an operator has to be told before it happens; `undefined` when all held polls can have a connection.
 *
 * @param use `trial`: with the demo page, on a developer's PC
 */
export function tooFewOpenFiles(
  limit: number | undefined,
  maxHeldPolls: number,
  use: 'rollout' | 'trial',
): string | undefined {
  const needed = maxHeldPolls + BESIDE_POLLS;
  if (limit === undefined || limit >= needed) return undefined;
  if (use === 'trial' && limit >= ENOUGH_FOR_TRIAL + BESIDE_POLLS) return undefined;
  return (
    `only ${limit} connections and files may be open at once (nofile), too few for ${maxHeldPolls} held polls: ` +
    `set LimitNOFILE of the service, or ulimit -n, to at least ${needed}, or MAX_HELD_POLLS to at most ${Math.max(1, limit - BESIDE_POLLS)}`
  );
}
