/** What tests do with a store, in few words. */
import type { CommandType } from '../../shared/wire/commands.ts';
import type { DeviceRecord } from '../../relay/core/records.ts';
import type { RelayStore } from '../../relay/store/relay-store.ts';
import type { Taker } from '../../relay/core/queue.ts';
import type { Report } from '../../relay/core/report.ts';

export const register = (
  store: RelayStore,
  deviceId: string,
  more: { computerName?: string; mayReEnrol?: boolean; kind?: DeviceRecord['kind'] } = {},
) =>
  store.register({
    deviceId,
    computerName: more.computerName ?? `PC of ${deviceId}`,
    comPort: null,
    version: null,
    kind: more.kind ?? 'kiosk',
    presentedHash: `hash of ${deviceId}`,
    newHash: `hash of ${deviceId}`,
    mayEnrol: true,
    mayReEnrol: more.mayReEnrol ?? false,
  });

export const link = (store: RelayStore, agentId: string, deviceId: string, takeover = false) =>
  store.link({ agentId, agentName: null, display: { kind: 'device', id: deviceId }, takeover, by: 'app' });

/** A display with its agent. */
export async function counter(store: RelayStore, deviceId: string, agentId: string): Promise<void> {
  await register(store, deviceId);
  await link(store, agentId, deviceId);
}

export interface PostOptions {
  readonly picture?: string;
  /** The text is a name for the test's own use, and is not sent. */
  readonly isPictureOnly?: boolean;
  readonly policyNumber?: string;
  readonly reference?: string;
  readonly ttlMs?: number;
  readonly displayMs?: number;
  readonly key?: string;
  readonly type?: CommandType;
}

export const post = (store: RelayStore, agentId: string, text: string, options: PostOptions = {}) =>
  store.enqueue({
    target: { kind: 'agent', id: agentId },
    content: {
      type: options.type ?? 'display_qr',
      hasPicture: options.picture !== undefined,
      ...(options.isPictureOnly === true ? {} : { qrText: text }),
      customerName: 'Jane Doe',
      ...(options.policyNumber === undefined ? {} : { policyNumber: options.policyNumber }),
      ...(options.reference === undefined ? {} : { reference: options.reference }),
    },
    ...(options.picture === undefined ? {} : { qrImage: options.picture }),
    ...(options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs }),
    ...(options.displayMs === undefined ? {} : { displayMs: options.displayMs }),
    ...(options.key === undefined ? {} : { idempotency: { key: options.key, bodyHash: text } }),
  });

/** What a poll without `wait` takes. */
export async function take(store: RelayStore, deviceId: string, taker: Taker = {}) {
  return (await store.claim(deviceId, taker))?.commands ?? [];
}

/** How the command stands after a report. */
export async function report(
  store: RelayStore,
  deviceId: string,
  commandId: string,
  status: Report['status'],
  reason?: Report['reason'],
) {
  const given = reason === undefined ? {} : { reason };
  const standing = await store.report({ deviceId, commandId, status, ...given });
  return { state: standing.state, reason: standing.reason };
}

/** The code of the refusal. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
    throw error;
  }
  return 'none';
}
