/** From a name in a request to the one device that it means; never to some other. */
import { ApiError } from '../../shared/errors.ts';
import type { DeviceRecord } from './records.ts';
import { settle } from './settle.ts';
import type { Tx } from './tx.ts';

/** The device, settled at `tx.now`. */
export function deviceOf(tx: Tx, target: { readonly kind: 'agent' | 'device'; readonly id: string }): DeviceRecord {
  return target.kind === 'device' ? deviceById(tx, target.id) : deviceOfAgent(tx, target.id);
}

function deviceById(tx: Tx, deviceId: string): DeviceRecord {
  const device = tx.get('device', deviceId);
  if (!device) throw new ApiError('unknown_device', `No display with the id ${deviceId} is registered.`);
  return settle(tx, device);
}

function deviceOfAgent(tx: Tx, agentId: string): DeviceRecord {
  const found = tx.get('agent', agentId);
  const device = found && tx.get('device', found.deviceId);
  const settled = device && settle(tx, device);
  if (settled?.link?.agentId !== agentId)
    throw new ApiError('unknown_agent', `Agent ${agentId} has no display linked; link one first.`);
  return settled;
}
