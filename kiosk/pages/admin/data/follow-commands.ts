/**
 * Follows queued commands until each display has carried its own out, so that the page says what is done and not what
 * was asked.
 */
import { realClock } from '../../../../shared/util/clock.ts';
import { isEnded } from '../../../../shared/wire/commands.ts';
import type { CommandView } from '../../../../shared/wire/web-app.ts';
import type { AdminApi } from './admin-api.ts';

export interface CommandCounts {
  readonly shown: number;
  readonly failed: number;
  /** Not reported yet. */
  readonly waiting: number;
}

const LOOK_EVERY_MS = 1_000;
/** At 9600 baud a test card takes some seconds, and a QR may be on its way before it. */
const LONGEST_MS = 45_000;
/** A check of a display takes two minutes at most. */
export const LONGEST_CHECK_MS = 130_000;

export interface FollowOptions {
  readonly onCounts: (counts: CommandCounts) => void;
  /** A command was reported. */
  readonly onReported?: (command: CommandView) => void;
  /** 45 s unless said. */
  readonly longestMs?: number;
  readonly signal: AbortSignal;
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * Resolves when all commands are reported, after `longestMs` (45 s unless said), or when the signal fires. A call that
 * fails is tried again in the next round.
 */
export async function followCommands(
  api: Pick<AdminApi, 'get'>,
  commandIds: readonly string[],
  { onCounts, onReported, longestMs = LONGEST_MS, signal, pause = realClock.sleep }: FollowOptions,
): Promise<CommandCounts> {
  const waiting = new Set(commandIds);
  let [shown, failed] = [0, 0];
  const counts = (): CommandCounts => ({ shown, failed, waiting: waiting.size });
  for (let leftMs = longestMs; waiting.size > 0 && leftMs > 0 && !signal.aborted; leftMs -= LOOK_EVERY_MS) {
    await pause(LOOK_EVERY_MS);
    for (const id of [...waiting]) {
      if (signal.aborted) break;
      const path = `/command/${encodeURIComponent(id)}`;
      const command = await api.get<CommandView>(path, signal).catch(() => undefined);
      const end = command === undefined ? 'waiting' : endOf(command);
      if (command === undefined || end === 'waiting') continue;
      onReported?.(command);
      waiting.delete(id);
      if (end === 'shown') shown += 1;
      else failed += 1;
    }
    onCounts(counts());
  }
  return counts();
}

function endOf({ state, displayed_at }: CommandView): 'shown' | 'failed' | 'waiting' {
  if (state === 'displayed' || state === 'cleared' || displayed_at !== undefined) return 'shown';
  return isEnded(state) ? 'failed' : 'waiting';
}
