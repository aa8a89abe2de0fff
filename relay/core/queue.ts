/** A command's way in and out: enqueue, claim, report. */
import { ApiError } from '../../shared/wire/errors.ts';
import { CLEAR_REASONS, FAIL_REASONS, type ClearReason, type FailReason } from '../../shared/wire/commands.ts';
import type { DisplayState } from '../../shared/wire/display.ts';
import { qrTextRefusal } from '../../shared/wire/qr-capacity.ts';
import { DEFAULT_PICTURE_SETTINGS, type StatusBody } from '../../shared/wire/schemas.ts';
import { deviceOf, type Target } from './resolve-target.ts';
import { countsOf, endCommand, replaceCommand, type CommandEnd } from './end-command.ts';
import type {
  CommandContent,
  CommandRecord,
  CommandStatus,
  DeviceRecord,
  OpenCommand,
  ReportStatus,
} from './records.ts';
import { openQrs, pushCommand } from './clearing.ts';
import { rememberPosted } from './payments.ts';
import { isUnreported, requeueMissed } from './unreported.ts';
import { dayOf, IDEMPOTENCY_MS, type Tx } from './transaction.ts';

export interface EnqueueInput {
  readonly target: Target;
  readonly content: Omit<CommandContent, 'agentId'>;
  readonly qrImage?: string;
  readonly ttlMs?: number;
  readonly displayMs?: number;
  /** `key` names caller and key; `bodyHash` is over all that was asked. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: string };
  /** The display that the target meant before the decision, and whether it was online then. */
  readonly presence: {
    readonly deviceId: string | undefined;
    readonly online: boolean;
    /** Its own word on itself; null while it is offline or says nothing. */
    readonly display: DisplayState | null;
  };
}

export interface Enqueued {
  readonly commandId: string;
  readonly deviceId: string;
  readonly deviceOnline: boolean;
  readonly display: DisplayState | null;
}

/** `target_moved`: the target means the display named, `presence` is about another one, and nothing was enqueued. */
export type EnqueueOutcome =
  | { readonly kind: 'enqueued'; readonly enqueued: Enqueued }
  | { readonly kind: 'target_moved'; readonly deviceId: string };

export function enqueue(tx: Tx, input: EnqueueInput): EnqueueOutcome {
  const { idempotency, content } = input;
  // Who may not post there any more is not told what was posted before.
  const found = deviceOf(tx, input.target);
  const before = idempotency && tx.get('idem', idempotency.key);
  if (before) {
    if (before.bodyHash !== idempotency.bodyHash)
      throw new ApiError(
        'idempotency_mismatch',
        'This idempotency key was used for another request; use a new key for a new request.',
      );
    const { commandId, deviceId, deviceOnline, display = null } = before;
    return { kind: 'enqueued', enqueued: { commandId, deviceId, deviceOnline, display } };
  }
  const { deviceId } = found;
  if (deviceId !== input.presence.deviceId) return { kind: 'target_moved', deviceId };
  const ecc = found.settings.ecc ?? DEFAULT_PICTURE_SETTINGS.ecc;
  const refusal = content.qrText === undefined ? undefined : qrTextRefusal(content.qrText, ecc);
  if (refusal !== undefined) throw new ApiError('bad_request', refusal, { field: 'qr_text' });
  const ready = content.type === 'display_qr' ? supersede(tx, found) : found;
  if (ready.open.filter(({ state }) => state === 'pending').length >= tx.rules.maxQueuedPerDevice)
    throw new ApiError(
      'queue_full',
      `The display already has ${tx.rules.maxQueuedPerDevice} commands waiting; try again when it has taken some.`,
      {},
      { 'Retry-After': '5' },
    );
  const { device, commandId } = pushCommand(tx, ready, {
    ...content,
    agentId: input.target.kind === 'agent' ? input.target.id : (found.link?.agentId ?? null),
    ttlMs: input.ttlMs ?? tx.rules.commandTtlMs,
    displayMs: input.displayMs ?? tx.rules.displayMs,
  });
  if (input.qrImage !== undefined) tx.putPicture(commandId, input.qrImage);
  const counts = countsOf(device.counts, dayOf(tx.now));
  const isQr = content.type === 'display_qr' ? 1 : 0;
  tx.put('device', deviceId, {
    ...device,
    counts: { ...counts, qrToday: counts.qrToday + isQr, qrTotal: counts.qrTotal + isQr },
  });
  rememberPosted(tx, 'policy', content.policyNumber, commandId);
  rememberPosted(tx, 'reference', content.reference, commandId);
  const { online, display } = input.presence;
  const answer = { commandId, deviceId, deviceOnline: online, display };
  if (idempotency)
    tx.put('idem', idempotency.key, {
      ...answer,
      bodyHash: idempotency.bodyHash,
      expiresAt: tx.now + IDEMPOTENCY_MS,
    });
  return { kind: 'enqueued', enqueued: answer };
}

/** QUEUE_POLICY `latest`: of one display's codes that nobody has shown yet, only the newest counts. */
function supersede(tx: Tx, device: DeviceRecord): DeviceRecord {
  if (tx.rules.queuePolicy !== 'latest') return device;
  return openQrs(device)
    .filter(({ state, clearing }) => state === 'pending' && !clearing)
    .reduce((next, older) => endCommand(tx, next, older, endByNewer(older)), device);
}

/** By a newer code. Of one that was handed out nobody can say that it was not shown. */
const endByNewer = ({ deliveries }: OpenCommand): CommandEnd =>
  deliveries === 0 ? { state: 'superseded', reason: 'superseded_by_newer' } : { state: 'failed', reason: 'unreported' };

export interface Claimed {
  readonly open: OpenCommand;
  readonly content: CommandRecord;
}

/** Who asks for what waits. */
export interface Taker {
  /** Of the token that asked. It may have been revoked while the call was held. */
  readonly tokenHash?: string;
  /** The display said at this time, wall-clock milliseconds, that it has nothing to do. Absent: it says nothing of that. */
  readonly idleAt?: number;
}

/**
 * Hands out what waits for this device, in order, up to and with the first QR: while one QR is on its way, the next would only
 * let its lease run out. Every hand-out is a lease. Nothing to hand out: nothing is written.
 */
export function claim(
  tx: Tx,
  deviceId: string,
  { tokenHash, idleAt = -Infinity }: Taker = {},
): { readonly device: DeviceRecord; readonly claimed: Claimed[] } {
  const known = deviceOf(tx, { kind: 'device', id: deviceId });
  if (tokenHash !== undefined && known.tokenHash !== tokenHash)
    throw new ApiError('unauthorized', 'This is not the token of this display.');
  const device = requeueMissed(tx, known, idleAt);
  const underway = openQrs(device).some(({ state }) => state === 'delivered');
  const claimed: Claimed[] = [];
  let next = device;
  for (const command of device.open) {
    if (command.state !== 'pending') continue;
    const isQr = command.type === 'display_qr';
    // fifo shows each: the next one waits until the one before is on the screen or has failed.
    if (isQr && underway && tx.rules.queuePolicy === 'fifo') break;
    const content = tx.get('command', command.commandId);
    if (!content) continue;
    const taken: OpenCommand = {
      ...command,
      state: 'delivered',
      deliveries: command.deliveries + 1,
      leaseUntil: tx.now + tx.rules.leaseMs,
      unreportedSince: tx.now,
      deliveredAt: command.deliveredAt ?? tx.now,
    };
    next = replaceCommand(next, taken);
    claimed.push({ open: taken, content });
    tx.touch(command.commandId);
    if (isQr) break;
  }
  if (claimed.length > 0) {
    next = { ...next, seenAt: tx.now };
    tx.put('device', deviceId, next);
  }
  return { device: next, claimed };
}

/** Whether a decision may find something to hand out; looked up at each poll, so it is allowed to say yes too often. */
export function hasClaimable(device: DeviceRecord, { idleAt = -Infinity }: Taker = {}): boolean {
  return device.open.some((command) => command.state === 'pending' || isUnreported(command, idleAt));
}

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
    ...(input.execution_time === undefined ? {} : { executionMs: input.execution_time }),
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
        leaseUntil: tx.now + tx.rules.leaseMs,
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
      return { device: endCommand(tx, device, facts, ending), status: { state: 'failed', reason } };
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
 * Why a QR left the display. That it was paid is said by payments, apps and agents, never by the display. Said while the
 * display was taking the QR off for another reason, or its time ran out, it counts.
 */
function clearedAs({ clearing }: OpenCommand, told: ClearReason | undefined): ClearReason {
  const reason = told === 'paid' || told === 'paid_reported' ? undefined : told;
  const isPaid = clearing?.reason === 'paid' || clearing?.reason === 'paid_reported';
  if (isPaid && (reason === 'cancelled' || reason === 'closed' || reason === 'timeout')) return clearing.reason;
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
