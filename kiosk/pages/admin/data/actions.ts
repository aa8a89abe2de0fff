/** What an admin can do to displays, one or many at once. */
import { realClock } from '../../../../shared/util/clock.ts';
import { MAX_MESSAGE_CHARS, type AdminQueued } from '../../../../shared/wire/admin/actions.ts';
import { AdminError, type AdminApi } from './admin-api.ts';
import type { Device } from './device.ts';

export const ACTIONS = [
  'test',
  'check',
  'identify',
  'message',
  'release',
  'rename',
  'unlink',
  'allow_reenrol',
  'revoke',
  'remove',
] as const;
/** `settings`: picture settings and logo; for one display its own page has a form. */
export type Action = (typeof ACTIONS)[number] | 'settings';

/** Those that make sense for many displays at once. */
export const BULK_ACTIONS = [
  'test',
  'identify',
  'message',
  'settings',
  'release',
  'unlink',
] as const satisfies readonly Action[];

/** The action takes something from an agent or a display. */
export const isGrave = (action: Action): boolean => action === 'unlink' || action === 'revoke' || action === 'remove';

/** A request to the dialog, which says what will happen and to how many displays. */
export interface ActionRequest {
  readonly action: Action;
  readonly devices: readonly Device[];
}

export const MAX_INPUT_CHARS = { message: MAX_MESSAGE_CHARS, rename: 128 } as const;

/** How long a message may stay, in seconds. The first is the choice until another is made. */
export const MESSAGE_SECONDS = [30, 60, 300, 1_800, 7_200] as const;

export type ActionBody = Readonly<Record<string, unknown>>;

/** What came of an action on one display. `queued`: the display has to carry it out, and will say so in the command. */
export type ActionOutcome =
  | { readonly kind: 'done'; readonly device: Device }
  | { readonly kind: 'queued'; readonly device: Device; readonly commandId: string }
  /** Queued for a display that does not answer; it is given up after a minute. */
  | { readonly kind: 'offline'; readonly device: Device }
  | { readonly kind: 'refused'; readonly device: Device; readonly error: unknown };

/** So that 500 displays do not take all of the browser's connections. */
const AT_ONCE = 4;

/** A proxy before the relay may limit calls per second. */
const PAUSE_MS = 1_000;
const TRIES = 10;

function outcomeOf(device: Device, answer: unknown): ActionOutcome {
  const { command_id, device_online } = (answer ?? {}) as Partial<AdminQueued>;
  if (typeof command_id !== 'string') return { kind: 'done', device };
  return device_online === false ? { kind: 'offline', device } : { kind: 'queued', device, commandId: command_id };
}

/** Goes on after refusals and returns them with the rest. Waits and retries when the relay limits the rate. */
export async function carryOut(
  api: Pick<AdminApi, 'act'>,
  { action, devices }: ActionRequest,
  body: ActionBody,
  onProgress: (done: number) => void,
  pause = realClock.sleep,
): Promise<ActionOutcome[]> {
  const outcomes: ActionOutcome[] = [];
  let next = 0;
  const act = async ({ device_id }: Device): Promise<unknown> => {
    for (let left = TRIES; ; left -= 1) {
      try {
        return await api.act(device_id, action, body);
      } catch (error) {
        const isTooFast = error instanceof AdminError && error.code === 'rate_limited';
        if (!isTooFast || left === 1) throw error;
        await pause(PAUSE_MS);
      }
    }
  };
  const lane = async (): Promise<void> => {
    for (let device = devices[next++]; device; device = devices[next++]) {
      try {
        outcomes.push(outcomeOf(device, await act(device)));
      } catch (error) {
        outcomes.push({ kind: 'refused', device, error });
      }
      onProgress(outcomes.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, devices.length) }, lane));
  return outcomes;
}
