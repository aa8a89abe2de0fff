/** A command's way in and to its display: enqueue, claim. What the display says of it: report.ts. */
import { ApiError } from '../../shared/wire/errors.ts';
import type { DisplayState } from '../../shared/wire/display.ts';
import { qrTextRefusal } from '../../shared/wire/qr-capacity.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../shared/wire/picture.ts';
import { deviceOf, type Target } from './resolve-target.ts';
import { countsOf, endByNewer, endCommand, replaceCommand } from './end-command.ts';
import { isOlderClient, leaseMsOf, missedBy, refusalOf } from './older-client.ts';
import type { CommandContent, CommandRecord, DeviceRecord, OpenCommand } from './records.ts';
import { endUnshown, openQrs, pushCommand } from './clearing.ts';
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
  const cannot = refusalOf(found, content);
  if (cannot !== undefined) throw new ApiError('unsupported_by_display', cannot);
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

export interface Claimed {
  readonly open: OpenCommand;
  readonly content: CommandRecord;
}

/** Who asks for what waits. */
export interface Taker {
  /** Of the token that asked. It may have been revoked while the call was held. */
  readonly tokenHash?: string;
  /**
   * The display said at this time, wall-clock milliseconds, that it has nothing to do. Absent: it says nothing of that.
   */
  readonly idleAt?: number;
}

/**
 * Hands out what waits for this device, in order, up to and with the first QR: while one QR is on its way, the next
 * would only let its lease run out. Every hand-out is a lease. Nothing to hand out: nothing is written.
 */
export function claim(
  tx: Tx,
  deviceId: string,
  { tokenHash, idleAt = -Infinity }: Taker = {},
): { readonly device: DeviceRecord; readonly claimed: Claimed[] } {
  const known = deviceOf(tx, { kind: 'device', id: deviceId });
  if (tokenHash !== undefined && known.tokenHash !== tokenHash)
    throw new ApiError('unauthorized', 'This is not the token of this display.');
  const device = requeueMissed(tx, known, missedBy(tx, known, idleAt));
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
    // It was posted while another client drove this display.
    const cannot = refusalOf(device, content);
    if (cannot !== undefined) {
      next = endUnshown(tx, next, command, { state: 'failed', reason: 'display_failed', error: cannot });
      continue;
    }
    const taken: OpenCommand = {
      ...command,
      state: 'delivered',
      deliveries: command.deliveries + 1,
      leaseUntil: tx.now + leaseMsOf(tx.rules, device),
      unreportedSince: tx.now,
      deliveredAt: command.deliveredAt ?? tx.now,
    };
    next = replaceCommand(next, taken);
    claimed.push({ open: taken, content });
    tx.touch(command.commandId);
    if (isQr) break;
  }
  if (next !== device) {
    next = { ...next, seenAt: tx.now };
    tx.put('device', deviceId, next);
  }
  return { device: next, claimed };
}

/** Whether a decision may find something to hand out; looked up at each poll, so it is allowed to say yes too often. */
export function hasClaimable(device: DeviceRecord, { idleAt = -Infinity }: Taker = {}): boolean {
  const by = isOlderClient(device) ? Infinity : idleAt;
  return device.open.some((command) => command.state === 'pending' || isUnreported(command, by));
}
