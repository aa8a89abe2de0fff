/** What a display says of its commands, and what becomes of them by that. */
import {
  CLEAR_REASONS,
  FAIL_REASONS,
  reasonForDisplay,
  type ClearReason,
  type FailReason,
} from '../../shared/wire/commands.ts';
import type { StatusBody } from '../../shared/wire/device.ts';
import { endUnshown } from './clearing.ts';
import { countsOf, endByNewer, endCommand, replaceCommand } from './end-command.ts';
import { executionMsOf, leaseMsOf } from './older-client.ts';
import type { CommandStatus, DeviceRecord, OpenCommand, ReportStatus } from './records.ts';
import { deviceOf } from './resolve-target.ts';
import { dayOf, type Tx } from './transaction.ts';

export type Report = Pick<StatusBody, 'status' | 'reason' | 'error' | 'picture' | 'execution_time' | 'covered'> & {
  readonly deviceId: string;
  readonly commandId: string;
};

/** `undefined`: not open (any more) on this device; the archive knows whether it ever was. */
export function report(tx: Tx, input: Report): ReportStatus | undefined {
  const device = deviceOf(tx, { kind: 'device', id: input.deviceId });
  const command = device.open.find(({ commandId }) => commandId === input.commandId);
  // One that was never handed out cannot be known to the device.
  if (!command || command.deliveries === 0) return undefined;
  const { device: next, status } = applyReport(tx, device, command, input);
  if (next !== device) {
    tx.put('device', device.deviceId, { ...next, seenAt: tx.now });
    tx.touch(command.commandId);
  }
  // One that has ended has nothing left to be taken away.
  return { ...status, clearing: status.reason === null ? (command.clearing?.reason ?? null) : null };
}

interface AppliedReport {
  readonly device: DeviceRecord;
  readonly status: CommandStatus;
}

const isClearReason = (reason: string | undefined): reason is ClearReason =>
  (CLEAR_REASONS as readonly (string | undefined)[]).includes(reason);
const isFailReason = (reason: string | undefined): reason is FailReason =>
  (FAIL_REASONS as readonly (string | undefined)[]).includes(reason);

function applyReport(tx: Tx, device: DeviceRecord, command: OpenCommand, input: Report): AppliedReport {
  const facts: OpenCommand = {
    ...command,
    ...(input.picture === undefined ? {} : { picture: input.picture }),
    ...(input.execution_time === undefined ? {} : { executionMs: executionMsOf(device, input.execution_time) }),
  };
  const unchanged: AppliedReport = { device, status: { state: command.state, reason: null } };
  switch (input.status) {
    case 'received':
    case 'uploading': {
      if (command.state === 'displayed') return input.covered === true ? covered(tx, device, command) : unchanged;
      const stage = input.status === 'received' ? 'receivedAt' : 'uploadingAt';
      const { unreportedSince: _heard, ...known } = facts;
      const renewed: OpenCommand = {
        ...known,
        state: 'delivered',
        leaseUntil: tx.now + leaseMsOf(tx.rules, device),
        [stage]: command[stage] ?? tx.now,
      };
      return { device: replaceCommand(device, renewed), status: { state: 'delivered', reason: null } };
    }
    case 'success':
      if (command.state === 'displayed') return uncovered(device, command);
      return command.type === 'display_qr' ? shown(tx, device, facts) : done(tx, device, facts);
    case 'failed':
    case 'error': {
      // A picture that was confirmed is on the screen; a stray failure from before does not take it off.
      if (command.state === 'displayed') return unchanged;
      const reason = isFailReason(input.reason) ? input.reason : 'display_failed';
      const ending = { state: 'failed', reason, error: input.error } as const;
      return { device: endUnshown(tx, device, facts, ending), status: { state: 'failed', reason } };
    }
    case 'cleared': {
      if (command.type !== 'display_qr') return done(tx, device, facts);
      const reason = clearedAs(command, isClearReason(input.reason) ? input.reason : undefined);
      return {
        device: endCommand(tx, device, facts, { state: 'cleared', reason }),
        status: { state: 'cleared', reason },
      };
    }
  }
}

/**
 * Why a QR left the display. That it was paid is said by payments, apps and agents, never by the display. Said while
 * the display was taking the QR off for another reason, or its time ran out, it counts. A display that repeats the word
 * it was given means the reason behind that.
 */
function clearedAs({ clearing }: OpenCommand, told: ClearReason | undefined): ClearReason {
  const reason = told === 'paid' || told === 'paid_reported' ? undefined : told;
  const isPaid = clearing?.reason === 'paid' || clearing?.reason === 'paid_reported';
  if (isPaid && (reason === 'cancelled' || reason === 'closed' || reason === 'timeout')) return clearing.reason;
  if (clearing && reason === reasonForDisplay(clearing.reason)) return clearing.reason;
  return reason ?? clearing?.reason ?? (told === undefined ? 'timeout' : 'closed');
}

/** The code is on the screen, so every older one is not. */
function shown(tx: Tx, device: DeviceRecord, command: OpenCommand): AppliedReport {
  const { unreportedSince: _heard, ...known } = command;
  const displayed: OpenCommand = { ...known, state: 'displayed', displayedAt: tx.now, leaseUntil: 0 };
  const position = device.open.findIndex(({ commandId }) => commandId === command.commandId);
  const next = device.open
    .slice(0, position)
    .filter(({ type, deliveries }) => type === 'display_qr' && deliveries > 0)
    .reduce(replaceShown.bind(undefined, tx), replaceCommand(device, displayed));
  const counts = countsOf(next.counts, dayOf(tx.now));
  return {
    device: {
      ...next,
      counts: {
        ...counts,
        shownToday: counts.shownToday + 1,
        shownMsToday: counts.shownMsToday + (tx.now - command.createdAt),
      },
    },
    status: { state: 'displayed', reason: null },
  };
}

/** Something else is on the display for a moment; the code is still this display's. */
function covered(tx: Tx, device: DeviceRecord, command: OpenCommand): AppliedReport {
  const status = { state: command.state, reason: null };
  if (command.coveredAt !== undefined) return { device, status };
  return { device: replaceCommand(device, { ...command, coveredAt: tx.now }), status };
}

/** It can be seen again. */
function uncovered(device: DeviceRecord, command: OpenCommand): AppliedReport {
  const { coveredAt, ...bare } = command;
  const status = { state: command.state, reason: null };
  return { device: coveredAt === undefined ? device : replaceCommand(device, bare), status };
}

function replaceShown(tx: Tx, device: DeviceRecord, older: OpenCommand): DeviceRecord {
  return older.state === 'displayed'
    ? endCommand(tx, device, older, { state: 'cleared', reason: 'replaced' })
    : endCommand(tx, device, older, endByNewer(older));
}

/** A command without a lasting picture was carried out; the codes that it was to take off the screen are off. */
function done(tx: Tx, device: DeviceRecord, command: OpenCommand): AppliedReport {
  const cleared = device.open.reduce(
    (next, other) =>
      other.clearing?.by === command.commandId
        ? endCommand(tx, next, other, { state: 'cleared', reason: other.clearing.reason })
        : next,
    device,
  );
  return {
    device: endCommand(tx, cleared, command, { state: 'cleared', reason: 'done' }),
    status: { state: 'cleared', reason: 'done' },
  };
}
