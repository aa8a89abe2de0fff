/** Follows a command by held requests: each waits at the relay until the state changes. */
import { isPassing, pause, send } from './http.ts';
import type { CommandUpdate, Configuration, Failure, Watch } from './types.ts';

const HOLD_SECONDS = 25;
/** After a failed look; the relay may be restarting. */
const LOOK_AGAIN_MS = 2_000;
const ENDED = ['cleared', 'failed', 'expired', 'superseded', 'cancelled'];

const isCovered = ({ covered_at }: CommandUpdate): boolean => covered_at !== undefined;

async function* updatesOf(
  configuration: Configuration,
  commandId: string,
  signal: AbortSignal,
): AsyncGenerator<CommandUpdate, void> {
  let last: CommandUpdate | undefined;
  while (!signal.aborted) {
    // Naming what was seen closes the gap between two requests.
    const query = last ? `?wait=${HOLD_SECONDS}&state=${last.state}&covered=${isCovered(last) ? 1 : 0}` : '';
    const answer = await send(configuration, {
      method: 'GET',
      path: `/command/${encodeURIComponent(commandId)}${query}`,
      holdMs: HOLD_SECONDS * 1000,
      signal,
    });
    if (signal.aborted) return;
    if (answer.success) {
      const update = { reason: null, error: null, ...answer.body } as unknown as CommandUpdate;
      if (!last || update.state !== last.state || isCovered(update) !== isCovered(last)) yield update;
      last = update;
      if (ENDED.includes(update.state)) return;
    } else if (!isPassing(answer) && (answer.status ?? 0) < 500) {
      // The token is over, or the command is not to be had: asking again teaches nothing. What was seen stays the last
      // that is known.
      const state = last?.state ?? (answer.status === 404 ? 'failed' : 'unknown');
      yield { ...last, command_id: commandId, state, reason: answer.code, error: answer.error };
      return;
    } else {
      await pause(LOOK_AGAIN_MS, signal);
    }
  }
}

const noCommand = ({ code, error }: Failure): CommandUpdate => ({
  command_id: '',
  state: 'unknown',
  reason: code,
  error,
});

/** `command`: its id, or why there is none; then the only update says so. */
export function watchCommand(
  configuration: Configuration,
  command: string | Failure,
  onUpdate: (update: CommandUpdate) => void,
  signal: AbortSignal | undefined,
): Watch {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  // One stream, however many readers: what was seen is kept, so that callback and iterator tell the same story.
  const seen: CommandUpdate[] = [];
  let wake: (() => void)[] = [];
  let over = false;
  const tellReaders = () => {
    for (const waiting of wake) waiting();
    wake = [];
  };
  const updates =
    typeof command === 'string' ? updatesOf(configuration, command, stopping.signal) : [noCommand(command)];
  const run = async () => {
    for await (const update of updates) {
      seen.push(update);
      tellReaders();
      try {
        onUpdate(update);
      } catch (error) {
        // The page's own mistake must not end the watch, nor pass unseen.
        console.error(error);
      }
    }
    over = true;
    tellReaders();
    return seen.at(-1);
  };
  return {
    stop,
    finished: run(),
    async *[Symbol.asyncIterator]() {
      for (let next = 0; ; next += 1) {
        while (next >= seen.length && !over) await new Promise<void>((resolve) => wake.push(resolve));
        const update = seen[next];
        if (!update) return;
        yield update;
      }
    },
  };
}
