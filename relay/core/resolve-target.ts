/** From a name in a request to the one device that it means; never to some other. */
import { ApiError } from '../../shared/wire/errors.ts';
import type { DeviceRecord } from './records.ts';
import { expireDue } from './expire.ts';
import type { Tx } from './transaction.ts';

/**
 * A display by its id, the display of an agent, or one by its id as long as it is linked to the only agent that the
 * caller may speak for.
 */
export type Target =
  | { readonly kind: 'device'; readonly id: string }
  | { readonly kind: 'agent'; readonly id: string }
  | { readonly kind: 'own-device'; readonly id: string; readonly agentId: string };

/** The device at `tx.now`: what is due has expired. */
export function deviceOf(tx: Tx, target: Target): DeviceRecord {
  switch (target.kind) {
    case 'device':
      return deviceById(tx, target.id);
    case 'agent':
      return deviceOfAgent(tx, target.id);
    case 'own-device':
      return ownDevice(tx, target.id, target.agentId);
  }
}

/**
 * Looked at in the same transaction as what is done to it: a display that was taken over a moment ago is not this
 * agent's.
 */
function ownDevice(tx: Tx, deviceId: string, agentId: string): DeviceRecord {
  const device = tx.get('device', deviceId);
  const current = device && expireDue(tx, device);
  if (current?.link?.agentId !== agentId)
    throw new ApiError('forbidden', 'This display is not the one linked to the agent of this token.');
  return current;
}

function deviceById(tx: Tx, deviceId: string): DeviceRecord {
  const device = tx.get('device', deviceId);
  if (!device) throw new ApiError('unknown_device', `No display with the id ${deviceId} is registered.`);
  return expireDue(tx, device);
}

function deviceOfAgent(tx: Tx, agentId: string): DeviceRecord {
  const found = tx.get('agent', agentId);
  const device = found && tx.get('device', found.deviceId);
  const current = device && expireDue(tx, device);
  if (current?.link?.agentId !== agentId)
    throw new ApiError('unknown_agent', `Agent ${agentId} has no display linked; link one first.`);
  return current;
}
