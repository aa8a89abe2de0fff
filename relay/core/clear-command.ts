/** Clears a QR by its agent, device or command; hands a command out again at once. */
import { ApiError } from '../../shared/wire/errors.ts';
import { MAX_DELIVERIES, type ClearingReason } from '../../shared/wire/commands.ts';
import { deviceOf, type Target } from './resolve-target.ts';
import type { CommandRecord, DeviceRecord, OpenCommand } from './records.ts';
import { openQrs, pushCommand, takeOff, type Clearing } from './clearing.ts';
import type { Tx } from './transaction.ts';

export interface ClearAnswer {
  readonly deviceId: string;
  /** The command to the display that clears; null when nothing was on the display. */
  readonly commandId: string | null;
}

/** The customer sees a tick for what was paid. */
export const clearingFor = (reason: ClearingReason): Clearing => ({
  reason,
  type: reason === 'paid' || reason === 'paid_reported' ? 'show_paid' : 'start_rotation',
  note: reason,
});

/**
 * By agent or device: whatever QR is open there. With nothing open the display is sent back to its rotation all the
 * same.
 */
export function startRotation(tx: Tx, target: Target, reason: ClearingReason): ClearAnswer {
  const device = deviceOf(tx, target);
  const { deviceId } = device;
  const open = openQrs(device);
  if (open.length > 0) {
    const { device: next, by } = takeOff(tx, device, open, clearingFor(reason));
    tx.put('device', deviceId, next);
    return { deviceId, commandId: by };
  }
  const already = device.open.find(({ type, state }) => type === 'start_rotation' && state === 'pending');
  if (already) return { deviceId, commandId: already.commandId };
  const pushed = pushCommand(tx, device, {
    type: 'start_rotation',
    agentId: device.link?.agentId ?? null,
    ttlMs: tx.rules.commandTtlMs,
    displayMs: 0,
    hasPicture: false,
    reason,
  });
  tx.put('device', deviceId, pushed.device);
  return { deviceId, commandId: pushed.commandId };
}

interface Found {
  readonly device: DeviceRecord;
  readonly command: OpenCommand;
  readonly content: CommandRecord;
}

/** An open command with its device, whose due ones have expired; `undefined` when it is not open. */
export function findOpen(tx: Tx, commandId: string): Found | undefined {
  const content = tx.get('command', commandId);
  if (!content) return undefined;
  const device = deviceOf(tx, { kind: 'device', id: content.deviceId });
  const command = device.open.find((open) => open.commandId === commandId);
  return command && { device, command, content };
}

/** Takes one command away; `undefined`: it is not open, ask the archive. */
export function clearCommand(tx: Tx, commandId: string, clearing: Clearing): ClearAnswer | undefined {
  const found = findOpen(tx, commandId);
  if (!found) return undefined;
  const { device, command } = found;
  const { deviceId } = device;
  if (command.type !== 'display_qr')
    throw new ApiError('bad_request', `Command ${commandId} is of type ${command.type}; only a QR can be cleared.`);
  const { device: next, by } = takeOff(tx, device, [command], clearing);
  tx.put('device', deviceId, next);
  return { deviceId, commandId: by };
}

/**
 * Makes an undelivered or unreported command ready to be handed out at once; for the admin. Not one that was called
 * off, nor one more time than the rules allow.
 */
export function retryNow(tx: Tx, commandId: string): ClearAnswer | undefined {
  const found = findOpen(tx, commandId);
  if (!found) return undefined;
  const { device, command } = found;
  if (command.state === 'displayed')
    throw new ApiError('command_ended', `Command ${commandId} is on the display already.`);
  if (command.clearing) throw new ApiError('command_ended', `Command ${commandId} was called off; ask for a new QR.`);
  if (command.deliveries >= MAX_DELIVERIES)
    throw new ApiError(
      'command_ended',
      `Command ${commandId} was handed out ${command.deliveries} times, which is as often as may be; ask for a new QR.`,
    );
  const open = device.open.map((other): OpenCommand =>
    other === command ? { ...command, state: 'pending', leaseUntil: 0 } : other,
  );
  tx.put('device', device.deviceId, { ...device, open });
  tx.touch(commandId);
  return { deviceId: device.deviceId, commandId };
}
