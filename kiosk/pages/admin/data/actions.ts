/** What an admin can do to displays, one or many at once. */
import { MAX_MESSAGE_CHARS } from '../../../../shared/wire/admin.ts';
import { messageOf } from '../../../../shared/wire/errors.ts';
import { AdminError, type AdminApi } from './admin-api.ts';
import type { Device } from './device.ts';

export const ACTIONS = [
  'test',
  'identify',
  'message',
  'release',
  'rename',
  'unlink',
  'allow_reenrol',
  'revoke',
  'remove',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Those that make sense for many displays at once. */
export const BULK_ACTIONS = ['test', 'identify', 'message', 'release', 'unlink'] as const satisfies readonly Action[];

/** The action takes something from an agent or a display. */
export const isGrave = (action: Action): boolean => action === 'unlink' || action === 'revoke' || action === 'remove';

/** A request to the dialog, which says what will happen and to how many displays. */
export interface ActionRequest {
  readonly action: Action;
  readonly devices: readonly Device[];
}

export const MAX_INPUT_CHARS = { message: MAX_MESSAGE_CHARS, rename: 128 } as const;

export interface Refusal {
  readonly device: Device;
  readonly sentence: string;
}

/** So that 500 displays do not take all of the browser's connections. */
const AT_ONCE = 4;

/** A proxy before the relay may limit calls per second. */
const PAUSE_MS = 1_000;
const TRIES = 10;

const pauseFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function bodyOf(action: Action, input: string): Readonly<Record<string, string>> {
  if (action === 'message') return { text: input };
  if (action === 'rename') return { computer_name: input };
  return {};
}

/** Goes on after refusals and returns them all. Waits and retries when the relay limits the rate. */
export async function carryOut(
  api: Pick<AdminApi, 'act'>,
  { action, devices }: ActionRequest,
  input: string,
  onProgress: (done: number) => void,
  pause = pauseFor,
): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  let [next, done] = [0, 0];
  const act = async ({ device_id }: Device): Promise<void> => {
    for (let left = TRIES; ; left -= 1) {
      try {
        await api.act(device_id, action, bodyOf(action, input));
        return;
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
        await act(device);
      } catch (error) {
        refusals.push({ device, sentence: messageOf(error) });
      }
      onProgress((done += 1));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, devices.length) }, lane));
  return refusals;
}
