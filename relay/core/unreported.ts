/**
 * Commands that were handed out and of which nothing was reported since. A display that says afterwards that it has
 * nothing to do has not got them: its connection broke, or its page was loaded anew. They are handed out again at once,
 * and not only when their lease is over.
 */
import { MAX_DELIVERIES } from '../../shared/wire/commands.ts';
import { hasNewerQr } from './end-command.ts';
import type { DeviceRecord, OpenCommand } from './records.ts';
import type { Tx } from './transaction.ts';

/** Whether it was handed out by then, and nothing was reported since. */
export const isUnreported = ({ state, unreportedSince = Infinity }: OpenCommand, by: number): boolean =>
  state === 'delivered' && unreportedSince <= by;

/** What a display missed that had nothing at `idleAt` waits in its queue again. The caller puts the device. */
export function requeueMissed(tx: Tx, device: DeviceRecord, idleAt: number): DeviceRecord {
  const open = device.open.map((command): OpenCommand =>
    isUnreported(command, idleAt) && mayComeAgain(tx, device, command)
      ? { ...command, state: 'pending', leaseUntil: 0 }
      : command,
  );
  return { ...device, open };
}

/**
 * One that may be handed out no more keeps its last lease, because a late report of it still counts. So does one that
 * was called off, or that a newer QR is about to replace: it is not to be shown any more.
 */
function mayComeAgain({ now, rules }: Tx, device: DeviceRecord, command: OpenCommand): boolean {
  if (command.clearing || command.deliveries >= MAX_DELIVERIES || command.expiresAt <= now) return false;
  return rules.queuePolicy !== 'latest' || command.type !== 'display_qr' || !hasNewerQr(device, command);
}
