/**
 * How a web app's page finds the display of the PC that it runs on: it asks, over a BroadcastChannel, whether a kiosk
 * tab of the same origin is open in this browser. Works only where web app and kiosk share an origin; elsewhere nobody
 * answers.
 */

export const THIS_PC_CHANNEL = 'counterqr';
/** A kiosk tab answers at once, a hidden one within its next turn. */
const ANSWER_WITHIN_MS = 700;

export type ThisPcMessage =
  { readonly kind: 'who_is_there' } | { readonly kind: 'display_here'; readonly device_id: string };

/** What arrives from a channel is anybody's; undefined unless it is one of the two messages. */
export function readThisPcMessage(data: unknown): ThisPcMessage | undefined {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return undefined;
  if (data.kind === 'who_is_there') return { kind: 'who_is_there' };
  if (data.kind === 'display_here' && 'device_id' in data && typeof data.device_id === 'string' && data.device_id)
    return { kind: 'display_here', device_id: data.device_id };
  return undefined;
}

/** The device id of this PC's kiosk tab; undefined when none answered within `timeoutMs`. */
export function findDisplayOfThisPc(timeoutMs: number = ANSWER_WITHIN_MS): Promise<string | undefined> {
  if (typeof BroadcastChannel === 'undefined') return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(THIS_PC_CHANNEL);
    const finish = (deviceId?: string) => {
      clearTimeout(timer);
      channel.close();
      resolve(deviceId);
    };
    const timer = setTimeout(finish, timeoutMs);
    channel.onmessage = ({ data }) => {
      const message = readThisPcMessage(data);
      if (message?.kind === 'display_here') finish(message.device_id);
    };
    channel.postMessage({ kind: 'who_is_there' } satisfies ThisPcMessage);
  });
}
