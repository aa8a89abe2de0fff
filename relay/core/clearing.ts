/** Taking QR codes off a display, and releasing the link between an agent and a display. */
import type { ClearingReason } from '../../shared/wire/commands.ts';
import { endCommand, hasNewerQr, replaceCommand, type CommandEnd } from './end-command.ts';
import { isOlderClient, OLDER_CLEAR_TTL_MS } from './older-client.ts';
import type { CommandContent, DeviceRecord, EndedCommand, OpenCommand } from './records.ts';
import { CLEAR_GRACE_MS, type Tx } from './transaction.ts';

export interface NewCommand extends CommandContent {
  readonly ttlMs: number;
  readonly displayMs: number;
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
  readonly reason: ClearingReason;
  /** What the display does when the QR may be on its screen. */
  readonly type: 'start_rotation' | 'show_paid';
  /** The end of a QR that was never handed out. */
  readonly note: ClearingReason | 'cancelled_by_app' | 'cancelled_by_admin';
}

/**
 * Takes these QR codes away: one that was never handed out ends here and now; one that may be on the screen is cleared
 * by a command to the display and ends when the display has confirmed that. Asking again answers the same command,
 * unless it was paid meanwhile.
 */
export function takeOff(
  tx: Tx,
  device: DeviceRecord,
  targets: readonly OpenCommand[],
  clearing: Clearing,
): { device: DeviceRecord; by: string | null } {
  const { reason, note } = clearing;
  let next = device;
  let by: string | null = null;
  const mayShow: OpenCommand[] = [];
  for (const target of targets) {
    if (target.clearing) {
      ({ device: next, by } = askAgain(tx, next, target, target.clearing, clearing));
      continue;
    }
    if (target.deliveries === 0) next = endCommand(tx, next, target, { state: 'cancelled', reason: note });
    else mayShow.push(target);
  }
  const newest = mayShow.at(-1);
  if (newest) {
    const pushed = pushClearer(tx, next, newest, clearing);
    next = pushed.device;
    by = pushed.commandId;
    const asked = { reason, by };
    for (const target of mayShow) {
      next = replaceCommand(next, { ...target, clearing: asked });
      tx.touch(target.commandId);
    }
    // One that waits to be handed out again is not to be; whether it is on the screen already, nobody said.
    for (const target of mayShow)
      if (target.state === 'pending')
        next = endCommand(
          tx,
          next,
          { ...target, clearing: asked },
          { state: 'cancelled', reason: note, mayShow: true },
        );
  }
  return { device: next, by };
}

function pushClearer(tx: Tx, device: DeviceRecord, target: OpenCommand, { reason, type }: Clearing) {
  // The tick says how much was paid.
  const paid = type === 'show_paid' ? tx.get('command', target.commandId) : undefined;
  return pushCommand(tx, device, {
    type,
    ...(paid?.amount === undefined ? {} : { amount: paid.amount }),
    ...(paid?.currency === undefined ? {} : { currency: paid.currency }),
    agentId: target.agentId,
    // A display that was away for longer must still hear of it, as long as the QR might be on its screen.
    ttlMs: isOlderClient(device)
      ? OLDER_CLEAR_TTL_MS
      : Math.max(tx.rules.commandTtlMs, target.displayMs + CLEAR_GRACE_MS),
    displayMs: 0,
    hasPicture: false,
    clears: target.commandId,
    reason,
  });
}

/** What is said later counts when it says more: that a payment arrived, more than that an agent reported one. */
const WEIGHT: Readonly<Record<ClearingReason, number>> = {
  paid: 2,
  paid_reported: 1,
  cancelled: 0,
  closed: 0,
  timeout: 0,
  replaced: 0,
};

/** The QR is being taken off already. Paid meanwhile, it gives way to "paid" all the same. */
function askAgain(
  tx: Tx,
  device: DeviceRecord,
  target: OpenCommand,
  asked: NonNullable<OpenCommand['clearing']>,
  clearing: Clearing,
): { device: DeviceRecord; by: string } {
  const { reason } = clearing;
  if (WEIGHT[reason] <= WEIGHT[asked.reason]) return { device, by: asked.by };
  tx.touch(target.commandId);
  // The display shows the same already.
  if (WEIGHT[asked.reason] > 0)
    return { device: replaceCommand(device, { ...target, clearing: { reason, by: asked.by } }), by: asked.by };
  const { device: pushed, commandId: by } = pushClearer(tx, device, target, clearing);
  const open = pushed.open.map((other): OpenCommand => {
    if (other.clearing?.by !== asked.by) return other;
    return {
      ...other,
      clearing: { by, reason: other.commandId === target.commandId ? reason : other.clearing.reason },
    };
  });
  return { device: withdraw(tx, { ...pushed, open }, asked.by), by };
}

/** A clearing that no display has taken yet is not needed beside the one that took its place. */
function withdraw(tx: Tx, device: DeviceRecord, clearerId: string): DeviceRecord {
  const clearer = device.open.find(({ commandId, deliveries }) => commandId === clearerId && deliveries === 0);
  return clearer ? endCommand(tx, device, clearer, { state: 'superseded', reason: 'superseded_by_newer' }) : device;
}

/** What a payment does that is told after its QR has ended. */
export interface PaidAfterEnd {
  readonly device: DeviceRecord;
  /** The tick; `undefined`: the customer sees none, because the display is clearing already or has a newer QR. */
  readonly by: string | undefined;
}

/**
 * The QR ended when it was taken off, because nobody could say whether it was on the display, and the command that
 * makes sure is open still: paid now, it counts as paid. While that command waits the customer sees the tick in its
 * place, unless the next customer's QR comes first. `undefined`: the display is clear, and the end stands.
 */
export function payAfterEnd(tx: Tx, device: DeviceRecord, ended: EndedCommand): PaidAfterEnd | undefined {
  const clearer = device.open.find(({ commandId }) => commandId === ended.clearedBy);
  if (!clearer || ended.reason === 'paid' || ended.state === 'failed') return undefined;
  const shown = tickInstead(tx, device, clearer);
  tx.archive({ ...ended, reason: 'paid', correctedAt: tx.now, ...(shown ? { clearedBy: shown.by } : {}) });
  tx.touch(ended.commandId);
  return shown ?? { device, by: undefined };
}

function tickInstead(tx: Tx, device: DeviceRecord, clearer: OpenCommand) {
  if (clearer.type !== 'start_rotation' || clearer.deliveries > 0 || hasNewerQr(device, clearer)) return undefined;
  const { device: pushed, commandId } = pushCommand(tx, device, {
    type: 'show_paid',
    agentId: clearer.agentId,
    ttlMs: clearer.expiresAt - tx.now,
    displayMs: 0,
    hasPicture: false,
    reason: 'paid',
  });
  return { device: withdraw(tx, pushed, clearer.commandId), by: commandId };
}

/**
 * Takes off a QR that nobody asked to clear: an older client does not notice that its time is over, and one that a
 * newer QR was to replace is another customer's. The caller puts the device.
 */
export const takeOffForIt = (
  tx: Tx,
  device: DeviceRecord,
  targets: readonly OpenCommand[],
  reason: 'timeout' | 'replaced',
): DeviceRecord => takeOff(tx, device, targets, { reason, type: 'start_rotation', note: reason }).device;

/**
 * Ends a command that was not carried out. A QR ends the older one of its display in this case, too: the next customer
 * would pay the bill of the one before. Where a still newer QR is open, that one decides about it. The caller puts the
 * device.
 */
export function endUnshown(tx: Tx, device: DeviceRecord, command: OpenCommand, ending: CommandEnd): DeviceRecord {
  const position = device.open.findIndex(({ commandId }) => commandId === command.commandId);
  const before = new Set(device.open.slice(0, position).map(({ commandId }) => commandId));
  const ended = endCommand(tx, device, command, ending);
  if (command.type !== 'display_qr' || hasNewerQr(device, command)) return ended;
  const older = openQrs(ended).filter((qr) => before.has(qr.commandId) && givesWay(tx, qr));
  return takeOffForIt(tx, ended, older, 'replaced');
}

/** With `fifo` each QR has its turn, so one that has not been shown yet keeps it. */
const givesWay = ({ rules }: Tx, { state, deliveries }: OpenCommand): boolean =>
  rules.queuePolicy === 'fifo' ? state === 'displayed' : deliveries > 0;

export const openQrs = (device: DeviceRecord): OpenCommand[] => device.open.filter(({ type }) => type === 'display_qr');

/**
 * Ends the link of this device, and with it what its agent has on the screen or in the queue. The caller puts the
 * device.
 */
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
