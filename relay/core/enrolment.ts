/** Enrolment without an enrol key: the kiosk shows a code, and an admin who sees the same code approves it. */
import { ApiError } from '../../shared/wire/errors.ts';
import { nameKey, randomCode } from './links.ts';
import type { EnrolmentRecord } from './records.ts';
import type { Tx } from './transaction.ts';

/** A kiosk asks again with a new code after that. */
const ENROLMENT_MS = 15 * 60_000;
/** No admin approves more at once; more waiting requests are an attack, and the newest of them still gets in. */
const MAX_WAITING = 200;
/** Of one address, so that it does not shut the door for the others. A whole branch may be behind one. */
const MAX_WAITING_OF_ADDRESS = 50;
const LIST = 'all';

export interface EnrolmentRequest {
  readonly requestId: string;
  readonly secretHash: string;
  readonly deviceId: string;
  readonly computerName: string;
  readonly address: string;
}

export function listEnrolments(tx: Tx): EnrolmentRecord[] {
  const ids = tx.get('enrolments', LIST)?.requestIds ?? [];
  return ids.flatMap((id) => tx.get('enrol', id) ?? []);
}

export function requestEnrolment(tx: Tx, request: EnrolmentRequest): EnrolmentRecord {
  const others = listEnrolments(tx);
  const waiting = others.filter(({ verdict }) => verdict === 'waiting');
  const ofAddress = waiting.filter(({ address }) => address === request.address);
  if (ofAddress.length >= MAX_WAITING_OF_ADDRESS)
    throw new ApiError(
      'rate_limited',
      'Too many displays wait for approval; try again later.',
      {},
      { 'Retry-After': '60' },
    );
  const crowding = waiting.length >= MAX_WAITING ? mostCrowding(waiting) : undefined;
  if (crowding) {
    tx.drop('enrol', crowding.requestId);
    // The kiosk that waits for the verdict learns that it must ask anew.
    tx.touch(crowding.requestId);
  }
  const record: EnrolmentRecord = {
    ...request,
    code: randomCode(tx),
    askedAt: tx.now,
    verdict: 'waiting',
    expiresAt: tx.now + ENROLMENT_MS,
  };
  tx.put('enrol', request.requestId, record);
  const stays = others.filter((other) => other !== crowding).map(({ requestId }) => requestId);
  tx.put('enrolments', LIST, { requestIds: [...stays, request.requestId] });
  return record;
}

/** The oldest request of the address that has most, so that a few addresses together shut out nobody either. */
function mostCrowding(waiting: readonly EnrolmentRecord[]): EnrolmentRecord | undefined {
  const byAddress = new Map<EnrolmentRecord['address'], EnrolmentRecord[]>();
  for (const request of waiting) {
    const ofAddress = byAddress.get(request.address);
    if (ofAddress) ofAddress.push(request);
    else byAddress.set(request.address, [request]);
  }
  let most: readonly EnrolmentRecord[] = [];
  for (const ofAddress of byAddress.values()) if (ofAddress.length > most.length) most = ofAddress;
  // The list is in the order of asking.
  return most[0];
}

export function decideEnrolment(
  tx: Tx,
  requestId: string,
  verdict: 'approved' | 'denied',
  by: string,
): EnrolmentRecord {
  const request = tx.get('enrol', requestId);
  if (!request)
    throw new ApiError('unknown_request', 'This request is not waiting any more; the display can ask again.');
  const decided: EnrolmentRecord = { ...request, verdict };
  tx.put('enrol', requestId, decided);
  // The kiosk that waits for the verdict looks again.
  tx.touch(requestId);
  tx.audit({
    action: verdict === 'approved' ? 'enrolment_approved' : 'enrolment_denied',
    deviceId: request.deviceId,
    agentId: null,
    by,
    note: request.computerName,
  });
  return decided;
}

/** Whether the request was approved for this device and carries its secret. An approved request is good once. */
export function useApprovedEnrolment(
  tx: Tx,
  asked: {
    readonly requestId?: string;
    readonly deviceId: string;
    readonly computerName: string;
    readonly presentedHash: string | null;
  },
): boolean {
  const request = asked.requestId === undefined ? undefined : tx.get('enrol', asked.requestId);
  if (request?.verdict !== 'approved' || request.deviceId !== asked.deviceId) return false;
  if (request.secretHash !== asked.presentedHash) return false;
  // What an admin approved is this name on this device.
  if (nameKey(request.computerName) !== nameKey(asked.computerName)) return false;
  tx.drop('enrol', request.requestId);
  const requestIds = listEnrolments(tx).map(({ requestId }) => requestId);
  tx.put('enrolments', LIST, { requestIds });
  return true;
}
