/**
 * Kiosks without an enrol key ask for enrolment; an admin who sees their code approves it. See
 * shared/wire/enrolment.ts.
 */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { AdminEnrolment, AdminEnrolments } from '../../shared/wire/admin/enrolment.ts';
import { EnrolAnswer, EnrolBody, EnrolStatus } from '../../shared/wire/enrolment.ts';
import { clientAddress } from '../http/client-address.ts';
import { ApiError } from '../../shared/wire/errors.ts';
import { WaitQuery } from '../../shared/wire/fields.ts';
import { credentialOf, sha256, type Caller } from '../auth/auth.ts';
import type { EnrolmentRecord } from '../core/records.ts';
import { watchName } from '../routes/device/poll.ts';
import { route, type Deps, type Route } from '../routes/route.ts';
import { iso } from '../core/iso-time.ts';
import { enrolmentViews } from '../fleet/views.ts';

const REQUEST_ID_BYTES = 12;
const SECRET_BYTES = 32;

const Decided = v.object({ success: v.literal(true), enrolment: AdminEnrolment });

/**
 * Rejects with `unknown_request` for a wrong secret too, so that the answer does not give away which requests exist.
 */
async function requestOf(requestId: string, secret: string | undefined, { store }: Deps): Promise<EnrolmentRecord> {
  const request = await store.enrolment(requestId);
  if (!request || secret === undefined || request.secretHash !== sha256(secret))
    throw new ApiError('unknown_request', 'This request has run out or was used; ask again.');
  return request;
}

async function viewOf(request: EnrolmentRecord, { store }: Deps) {
  const devices = (await store.devices()).map(({ device }) => device);
  return { success: true, enrolment: enrolmentViews([request], devices)[0] };
}

async function decide(requestId: string, verdict: 'approved' | 'denied', { by }: Caller, deps: Deps) {
  const request = await deps.store.decideEnrolment(requestId, verdict, by);
  deps.fleet.enrolmentsChanged();
  return viewOf(request, deps);
}

export const enrolmentRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/enrol',
    access: 'open',
    answer: EnrolAnswer,
    summary: 'Asks for enrolment without an enrol key; the display shows the code that an admin compares.',
    body: EnrolBody,
    async handle({ ctx, body, deps: { fleet, limits, store } }) {
      await limits.count('enrol', clientAddress(ctx));
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const { requestId, code, expiresAt } = await store.requestEnrolment({
        requestId: randomBytes(REQUEST_ID_BYTES).toString('hex'),
        secretHash: sha256(secret),
        deviceId: body.device_id,
        computerName: body.computer_name,
        address: clientAddress(ctx),
      });
      fleet.enrolmentsChanged();
      return {
        success: true,
        request_id: requestId,
        secret,
        code,
        expires_at: iso(expiresAt),
      } satisfies EnrolAnswer;
    },
  }),
  route({
    method: 'get',
    path: '/enrol/:request_id',
    access: 'open',
    answer: EnrolStatus,
    summary: 'What an admin has decided; with wait, as soon as it is. The secret of the request is the bearer.',
    query: v.object({ wait: WaitQuery }),
    errors: ['unknown_request'],
    async handle({ ctx, params, query, deps }) {
      const { longPolls, limits, passed } = deps;
      await limits.count('device', clientAddress(ctx));
      const requestId = params['request_id'] ?? '';
      const secret = credentialOf(ctx.headers);
      // A call without the secret is refused before it may end the wait of the display itself.
      await requestOf(requestId, secret, deps);
      const { verdict, code, expiresAt } = await longPolls.hold({
        key: watchName(requestId),
        callers: 'single',
        res: ctx.res,
        until: passed() + query.wait * 1000,
        passed,
        read: () => requestOf(requestId, secret, deps),
        isFinal: (request) => request.verdict !== 'waiting',
      });
      return { verdict, code, expires_at: iso(expiresAt) } satisfies EnrolStatus;
    },
  }),
  route({
    method: 'get',
    path: '/enrolments',
    access: ['admin'],
    answer: AdminEnrolments,
    summary: 'Kiosks that wait for approval, and those of the last minutes that were decided.',
    async handle({ deps: { store } }) {
      const devices = (await store.devices()).map(({ device }) => device);
      return { enrolments: enrolmentViews(await store.enrolments(), devices) };
    },
  }),
  route({
    method: 'post',
    path: '/enrolments/:request_id/approve',
    access: ['admin'],
    answer: Decided,
    summary: 'Approves the enrolment of the kiosk that shows this code.',
    errors: ['unknown_request'],
    handle: ({ caller, params, deps }) => decide(params['request_id'] ?? '', 'approved', caller, deps),
  }),
  route({
    method: 'post',
    path: '/enrolments/:request_id/deny',
    access: ['admin'],
    answer: Decided,
    summary: 'Denies the enrolment.',
    errors: ['unknown_request'],
    handle: ({ caller, params, deps }) => decide(params['request_id'] ?? '', 'denied', caller, deps),
  }),
];
