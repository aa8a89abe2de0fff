/** How a command's end is written down, and small things that every decision about commands needs. */
import type { EndState } from '../../shared/wire/commands.ts';
import type { Counts, DeviceRecord, EndReason, OpenCommand } from './records.ts';
import { dayOf, type Tx } from './transaction.ts';

export interface CommandEnd {
  readonly state: EndState;
  readonly reason: EndReason;
  readonly error?: string;
  /** Nobody said what became of it, so it may be on the display. */
  readonly mayShow?: true;
}

/** Of the last error, which is written with each change of its device. */
const KEPT_ERROR_CHARS = 200;

/** By a newer code. Of one that was handed out nobody can say that it was not shown. */
export const endByNewer = ({ deliveries }: OpenCommand): CommandEnd =>
  deliveries === 0 ? { state: 'superseded', reason: 'superseded_by_newer' } : { state: 'failed', reason: 'unreported' };

export function countsOf(counts: Counts, day: string): Counts {
  return counts.day === day ? counts : { ...counts, day, qrToday: 0, errorsToday: 0, shownToday: 0, shownMsToday: 0 };
}

export function replaceCommand(device: DeviceRecord, command: OpenCommand): DeviceRecord {
  return { ...device, open: device.open.map((other) => (other.commandId === command.commandId ? command : other)) };
}

/** Takes a command out of its device's queue and into the archive; its picture and its customer's data go. */
export function endCommand(tx: Tx, device: DeviceRecord, command: OpenCommand, ending: CommandEnd): DeviceRecord {
  const { commandId } = command;
  const content = tx.get('command', commandId);
  tx.drop('command', commandId);
  if (content?.hasPicture) tx.dropPicture(commandId);
  const { leaseUntil: _lease, unreportedSince: _since, displayMs: _display, expiresAt: _expires, ...stays } = command;
  const { clearing, coveredAt: _cover, overAt: _over, ...kept } = stays;
  tx.archive({
    ...kept,
    deviceId: device.deviceId,
    computerName: device.computerName,
    state: ending.state,
    reason: ending.reason,
    error: ending.error ?? null,
    endedAt: tx.now,
    ...(content?.policyNumber === undefined ? {} : { policyNumber: content.policyNumber }),
    ...(content?.amount === undefined ? {} : { amount: content.amount }),
    ...(content?.currency === undefined ? {} : { currency: content.currency }),
    ...(content?.reference === undefined ? {} : { reference: content.reference }),
    ...(clearing === undefined ? {} : { clearedBy: clearing.by }),
  });
  tx.touch(commandId);
  const counts = countsOf(device.counts, dayOf(tx.now));
  const open = device.open
    .filter((other) => other.commandId !== commandId)
    // A clearing that will not happen any more may be asked for again.
    .map((other) => {
      if (other.clearing?.by !== commandId) return other;
      const { clearing: _over, ...rest } = other;
      return rest;
    });
  const isFailedQr = ending.state === 'failed' && command.type === 'display_qr';
  const error = ending.error?.slice(0, KEPT_ERROR_CHARS) ?? null;
  const ended: DeviceRecord = {
    ...device,
    open,
    counts: isFailedQr ? { ...counts, errorsToday: counts.errorsToday + 1 } : counts,
    ...(isFailedQr ? { lastError: { at: tx.now, reason: ending.reason, error } } : {}),
  };
  // One that may be on the display still has to be taken off it, unless a newer one takes its place anyway.
  const mayShow = ending.mayShow === true && !hasNewerQr(device, command);
  const clearer = clearing && !mayShow && obsoleteClearer(ended, clearing.by, ending.reason);
  return clearer ? endCommand(tx, ended, clearer, { state: 'superseded', reason: 'superseded_by_newer' }) : ended;
}

export function hasNewerQr(device: DeviceRecord, { commandId }: OpenCommand): boolean {
  const position = device.open.findIndex((other) => other.commandId === commandId);
  return device.open.some(({ type }, index) => index > position && type === 'display_qr');
}

/**
 * The command that was to take the ended code off the display, when nobody needs it any more: it would take away the
 * next customer's. "Paid" is still shown where the code went by itself, but not over another customer's code.
 */
function obsoleteClearer(device: DeviceRecord, clearerId: string, reason: EndReason): OpenCommand | undefined {
  const clearer = device.open.find(({ commandId }) => commandId === clearerId);
  if (!clearer || clearer.deliveries > 0) return undefined;
  if (clearer.type === 'show_paid' && reason !== 'replaced') return undefined;
  return device.open.some(({ clearing }) => clearing?.by === clearerId) ? undefined : clearer;
}
