/** What time alone does to a device: leases run out, commands expire, links are released. */
import { MAX_DELIVERIES } from '../../shared/wire/commands.ts';
import { endCommand, hasNewerQr, replaceCommand, type CommandEnd } from './end-command.ts';
import { endUnshown, releaseLink, takeOffForIt } from './clearing.ts';
import { clampTimes } from './move-times.ts';
import { isOlderClient, OLDER_CLEAR_GRACE_MS } from './older-client.ts';
import type { DeviceRecord, OpenCommand } from './records.ts';
import { CLEAR_GRACE_MS, type Tx } from './transaction.ts';

/** When time alone will change this device next; Infinity when never. */
export function dueAt(device: DeviceRecord): number {
  let due = device.link?.expiresAt ?? Infinity;
  for (const command of device.open) due = Math.min(due, commandDueAt(device, command));
  return due;
}

function commandDueAt(device: DeviceRecord, command: OpenCommand): number {
  switch (command.state) {
    case 'pending':
      return command.expiresAt;
    case 'delivered':
      return command.leaseUntil;
    case 'displayed':
      return displayedDueAt(device, command);
  }
}

function displayedDueAt(device: DeviceRecord, { createdAt, displayedAt = createdAt, displayMs, overAt }: OpenCommand) {
  const over = displayedAt + displayMs;
  if (!isOlderClient(device)) return over + CLEAR_GRACE_MS;
  return overAt === undefined ? over : overAt + OLDER_CLEAR_GRACE_MS;
}

/** What has become of one command by `tx.now`: an ending, a return to the queue, a clearing, or nothing. */
function dueEnd(tx: Tx, device: DeviceRecord, command: OpenCommand): CommandEnd | 'requeue' | 'take off' | undefined {
  if (commandDueAt(device, command) > tx.now) return undefined;
  const unreported: CommandEnd = { state: 'failed', reason: 'unreported' };
  switch (command.state) {
    case 'displayed':
      if (isOlderClient(device)) {
        if (command.overAt === undefined) return 'take off';
        // Whatever comes of it, the client is told to clear as soon as it asks again.
        return { state: 'cleared', reason: 'disconnected', mayShow: true };
      }
      // The device clears by itself; that it did not say so means that nobody heard it any more.
      return { state: 'cleared', reason: 'disconnected' };
    case 'pending':
      return command.deliveries === 0 ? { state: 'expired', reason: 'expired_undelivered' } : unreported;
    case 'delivered':
      if (command.clearing) return { state: 'cancelled', reason: command.clearing.reason, mayShow: true };
      if (command.deliveries >= MAX_DELIVERIES || command.expiresAt <= tx.now) return unreported;
      // Handing an older QR out again after a newer one would put the wrong customer's code on the display.
      if (tx.rules.queuePolicy === 'latest' && command.type === 'display_qr' && hasNewerQr(device, command))
        return unreported;
      return 'requeue';
  }
}

function passed(
  tx: Tx,
  device: DeviceRecord,
  command: OpenCommand,
  passage: CommandEnd | 'requeue' | 'take off',
): DeviceRecord {
  switch (passage) {
    case 'requeue':
      return replaceCommand(device, { ...command, state: 'pending', leaseUntil: 0 });
    case 'take off': {
      const over: OpenCommand = { ...command, overAt: tx.now };
      return takeOffForIt(tx, replaceCommand(device, over), [over], 'timeout');
    }
    default: {
      const end = passage.state === 'failed' || passage.state === 'expired' ? endUnshown : endCommand;
      return end(tx, device, command, passage);
    }
  }
}

/**
 * The device as it is at `tx.now`: leases over, commands expired, link released. The same object when nothing has
 * changed.
 */
export function expireDue(tx: Tx, known: DeviceRecord): DeviceRecord {
  const device = clampTimes(tx, known);
  if (dueAt(device) > tx.now) {
    if (device !== known) tx.put('device', device.deviceId, device);
    return device;
  }
  let current = device;
  for (const { commandId } of device.open) {
    const command = current.open.find((open) => open.commandId === commandId);
    const passage = command && dueEnd(tx, current, command);
    if (!command || !passage) continue;
    current = passed(tx, current, command, passage);
    tx.touch(commandId);
  }
  if (current.link && current.link.expiresAt <= tx.now) {
    const { agentId } = current.link;
    tx.audit({ action: 'link_released', deviceId: current.deviceId, agentId, by: 'relay', note: null });
    current = releaseLink(tx, current);
  }
  tx.put('device', current.deviceId, current);
  return current;
}
