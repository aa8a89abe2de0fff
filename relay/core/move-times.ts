/**
 * When the wall clock is set, the times in the records move with it, so that what had a minute left has a minute left.
 * Whether a clock that went forward was wrong before, or the machine slept, nobody can tell. So a code that waits is
 * then as old as the clock says: it is never shown later. What is on its way or on a display, and whose display it is,
 * stays.
 */
import { leaseMsOf } from './older-client.ts';
import type { DeviceRecord, OpenCommand } from './records.ts';
import type { Tx } from './transaction.ts';

/** The device as if it had been written by the clock as it is now, which was set by so many milliseconds. */
export function moveTimes(device: DeviceRecord, byMs: number): DeviceRecord {
  const { link, open, reenrolUntil, seenAt } = device;
  return {
    ...device,
    reenrolUntil: reenrolUntil > 0 ? reenrolUntil + byMs : reenrolUntil,
    seenAt: seenAt + byMs,
    link: link && { ...link, linkedAt: link.linkedAt + byMs, expiresAt: link.expiresAt + byMs },
    open: open.map((command) => moveCommand(command, byMs)),
  };
}

function moveCommand(command: OpenCommand, byMs: number): OpenCommand {
  const isForward = byMs > 0;
  if (isForward && command.state === 'pending') return command;
  const stages = ['unreportedSince', 'deliveredAt', 'receivedAt', 'uploadingAt', 'displayedAt', 'overAt'] as const;
  const times = stages.flatMap((stage): [string, number][] => {
    const at = command[stage];
    return at === undefined ? [] : [[stage, at + byMs]];
  });
  return {
    ...command,
    ...Object.fromEntries(times),
    createdAt: command.createdAt + byMs,
    leaseUntil: command.leaseUntil > 0 ? command.leaseUntil + byMs : command.leaseUntil,
    expiresAt: isForward ? command.expiresAt : command.expiresAt + byMs,
  };
}

/** Moves these devices; those that are gone meanwhile are passed over. */
export function moveAllTimes(tx: Tx, deviceIds: readonly string[], byMs: number): void {
  for (const deviceId of deviceIds) {
    const device = tx.get('device', deviceId);
    if (!device) continue;
    tx.put('device', deviceId, moveTimes(device, byMs));
    for (const { commandId } of device.open) tx.touch(commandId);
  }
}

/** Clocks of several relays may differ by less than this. */
const SLACK_MS = 5_000;

/**
 * The latest time that something happened to this device. One that lies ahead of the clock says that it was set back.
 */
export const newestTimeOf = ({ link, open, seenAt }: DeviceRecord): number =>
  Math.max(seenAt, link?.linkedAt ?? 0, ...open.map(({ createdAt }) => createdAt));

/**
 * No lease and no link lasts longer from now than a new one would. Where no clock of ours saw the change (Redis's own
 * was set, or the relay did not run), that is what they are cut to. The same object when nothing has changed.
 */
export function clampTimes({ now, rules }: Pick<Tx, 'now' | 'rules'>, device: DeviceRecord): DeviceRecord {
  const { link } = device;
  const latest = now + SLACK_MS;
  const leaseMs = leaseMsOf(rules, device);
  const isLeaseTooLong = ({ state, leaseUntil }: OpenCommand): boolean =>
    state === 'delivered' && leaseUntil > latest + leaseMs;
  const isLinkTooLong = link !== null && link.expiresAt > latest + rules.linkMs;
  if (!isLinkTooLong && !device.open.some(isLeaseTooLong)) return device;
  return {
    ...device,
    link: isLinkTooLong ? { ...link, expiresAt: now + rules.linkMs } : link,
    open: device.open.map((command) => (isLeaseTooLong(command) ? { ...command, leaseUntil: now + leaseMs } : command)),
  };
}
