/** Taking QR codes off a display, and releasing the link between an agent and a display. */
import type { RotationReason } from '../../shared/wire/commands.ts';
import { endCommand, replaceCommand } from './end-command.ts';
import type { DeviceRecord, OpenCommand } from './records.ts';
import { CLEAR_GRACE_MS, type Tx } from './transaction.ts';

export interface NewCommand {
  readonly type: OpenCommand['type'];
  readonly agentId: string | null;
  readonly ttlMs: number;
  readonly displayMs: number;
  readonly hasPicture: boolean;
  readonly qrText?: string;
  readonly customerName?: string;
  readonly policyNumber?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly reference?: string;
  readonly text?: string;
  readonly clears?: string;
  readonly reason?: RotationReason;
}

/** Puts a command at the end of its device's queue. The caller puts the device. */
export function pushCommand(
  tx: Tx,
  device: DeviceRecord,
  { ttlMs, displayMs, ...content }: NewCommand,
): { device: DeviceRecord; commandId: string } {
  const commandId = tx.newId();
  const { deviceId } = device;
  const { type, agentId } = content;
  tx.put('command', commandId, { commandId, deviceId, createdAt: tx.now, ...content });
  const opened: OpenCommand = {
    commandId,
    type,
    agentId,
    state: 'pending',
    createdAt: tx.now,
    expiresAt: tx.now + ttlMs,
    displayMs,
    deliveries: 0,
    leaseUntil: 0,
  };
  return { device: { ...device, open: [...device.open, opened] }, commandId };
}

export interface Clearing {
  readonly reason: RotationReason;
  /** What the display does when the QR may be on its glass. */
  readonly type: 'start_rotation' | 'show_paid';
  /** The end of a QR that was never handed out. */
  readonly note: RotationReason | 'cancelled_by_app' | 'cancelled_by_admin';
}

/**
 * Takes these QR codes away: one that was never handed out ends here and now; one that may be on the glass is cleared by
 * a command to the display and ends when the display has confirmed that. Asking again answers the same command.
 */
export function takeOff(
  tx: Tx,
  device: DeviceRecord,
  targets: readonly OpenCommand[],
  { reason, type, note }: Clearing,
): { device: DeviceRecord; by: string | null } {
  let next = device;
  let by: string | null = null;
  const mayShow: OpenCommand[] = [];
  for (const target of targets) {
    if (target.clearing) {
      by = target.clearing.by;
      continue;
    }
    if (target.deliveries === 0) next = endCommand(tx, next, target, { state: 'cancelled', reason: note });
    else mayShow.push(target);
  }
  const newest = mayShow.at(-1);
  if (newest) {
    const pushed = pushCommand(tx, next, {
      type,
      agentId: newest.agentId,
      // A display that was away for longer must still hear of it, as long as the QR might be on its glass.
      ttlMs: Math.max(tx.rules.commandTtlMs, newest.displayMs + CLEAR_GRACE_MS),
      displayMs: 0,
      hasPicture: false,
      clears: newest.commandId,
      reason,
    });
    next = pushed.device;
    by = pushed.commandId;
    const clearing = { reason, by };
    for (const target of mayShow) {
      next = replaceCommand(next, { ...target, clearing });
      tx.touch(target.commandId);
    }
    // One that waits to be handed out again is not to be; whether it is on the glass already, nobody said.
    for (const target of mayShow)
      if (target.state === 'pending')
        next = endCommand(tx, next, { ...target, clearing }, { state: 'cancelled', reason: note, mayShow: true });
  }
  return { device: next, by };
}

export const openQrs = (device: DeviceRecord): OpenCommand[] => device.open.filter(({ type }) => type === 'display_qr');

/** Ends the link of this device, and with it what its agent has on the glass or in the queue. The caller puts the device. */
export function releaseLink(tx: Tx, device: DeviceRecord): DeviceRecord {
  if (!device.link) return device;
  const { agentId } = device.link;
  if (tx.get('agent', agentId)?.deviceId === device.deviceId) tx.drop('agent', agentId);
  const theirs = openQrs(device).filter((command) => command.agentId === agentId);
  const { device: cleared } = takeOff(tx, { ...device, link: null }, theirs, {
    reason: 'closed',
    type: 'start_rotation',
    note: 'closed',
  });
  return cleared;
}
