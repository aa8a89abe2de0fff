/** What a display's kiosk or tray calls. */
import { randomBytes } from 'node:crypto';
import { reasonForDisplay } from '../../../shared/wire/commands.ts';
import { ApiError } from '../../../shared/wire/errors.ts';
import { PairingBody, RegisterBody, StatusBody } from '../../../shared/wire/device.ts';
import { iso } from '../../core/iso-time.ts';
import { LinkedAnswer, PairingAnswer, RegisterAnswer, StatusAnswer } from '../response-schemas.ts';
import { countFailedAuth, route, type Deps, type Route } from '../route.ts';

const TOKEN_BYTES = 32;

export const deviceRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/register',
    access: 'open',
    answer: RegisterAnswer,
    summary: 'Registers a display or brings its facts up to date; keeps its link, name and counts.',
    body: RegisterBody,
    errors: ['unauthorized', 'forbidden', 'device_exists', 'name_taken', 'too_many_displays'],
    async handle({ ctx, body, deps }) {
      const { auth, fleet, limits, store } = deps;
      const { key, token } = auth.keyAndToken(ctx.headers);
      if (key && !key.roles.includes('enrol') && !key.roles.includes('admin'))
        throw new ApiError('forbidden', 'Registering a display takes an enrol key.');
      // Without a key only what is refused counts, so that a guesser shuts out no display that has its token.
      if (key) await limits.count('key', key.id);
      const ownToken = token ?? body.device_token;
      const newToken = body.new_token ?? randomBytes(TOKEN_BYTES).toString('base64url');
      const asked = {
        deviceId: body.device_id,
        computerName: body.computer_name,
        comPort: body.com_port ?? null,
        version: body.version ?? null,
        ...(body.system === undefined ? {} : { system: body.system }),
        kind: body.kind ?? 'other',
        presentedHash: ownToken === undefined ? null : auth.hashOf(ownToken),
        newHash: auth.hashOf(newToken),
        isItsOwnIdea: body.new_token !== undefined,
        mayEnrol: key !== undefined,
        mayReEnrol: key?.roles.includes('admin') === true,
        ...(body.request_id === undefined ? {} : { requestId: body.request_id }),
      };
      const leave = await countNewDisplay(asked.deviceId, key?.id, deps);
      const { isNewToken } = await store.register(asked).catch(async (error: unknown) => {
        await leave();
        noteRefusal(error, deps);
        await countFailedAuth(error, ctx, limits);
        throw error;
      });
      if (body.request_id !== undefined) fleet.enrolmentsChanged();
      return { success: true, device_id: body.device_id, device_token: isNewToken ? newToken : ownToken };
    },
  }),
  route({
    method: 'post',
    path: '/status',
    access: 'device',
    answer: StatusAnswer,
    summary: 'Reports what became of a command. Repeating a report changes nothing.',
    body: StatusBody,
    errors: ['unknown_device', 'unknown_command'],
    async handle({ body: { device_id: deviceId, command_id: commandId, ...facts }, deps: { store } }) {
      const { state, reason, clearing } = await store.report({ deviceId, commandId, ...facts });
      return {
        success: true,
        command_id: commandId,
        state,
        reason,
        clearing: clearing === null ? null : reasonForDisplay(clearing),
      };
    },
  }),
  route({
    method: 'get',
    path: '/linked',
    access: 'device',
    answer: LinkedAnswer,
    summary: 'Which agent has this display, so that its page can say so, and whether its pairing code was used.',
    query: PairingBody,
    errors: ['unknown_device'],
    async handle({ query, deps: { store } }) {
      const device = await store.device(query.device_id);
      const link = device?.link;
      return {
        agent: link ? { name: link.agentName ?? link.agentId, since: iso(link.linkedAt) } : null,
        pairing_open: (device?.pairingCode ?? null) !== null,
      };
    },
  }),
  route({
    method: 'post',
    path: '/pairing',
    access: 'device',
    answer: PairingAnswer,
    summary: 'A code of six characters by which an agent may link this display: five minutes, once.',
    body: PairingBody,
    errors: ['unknown_device'],
    async handle({ body, deps: { now, store } }) {
      const { code, expiresAt } = await store.createPairing(body.device_id);
      return {
        success: true,
        pairing_code: code,
        expires_in: Math.round((expiresAt - now()) / 1000),
        expires_at: iso(expiresAt),
      };
    },
  }),
];

/** Counts a display that is new here against its key's hour. Answers how to take that back when it is not taken in. */
async function countNewDisplay(
  deviceId: string,
  keyId: string | undefined,
  { limits, metrics, store }: Deps,
): Promise<() => Promise<void>> {
  if (keyId === undefined || (await store.device(deviceId)) !== undefined) return () => Promise.resolve();
  await limits.count('registration', keyId).catch(async (error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    await limits.refund('registration', keyId);
    metrics.registrationRefused('MAX_DISPLAYS_PER_HOUR');
    throw new ApiError(
      error.code,
      'This key has registered as many displays as MAX_DISPLAYS_PER_HOUR allows; try again later, or raise it.',
      error.details,
      error.headers,
    );
  });
  return () => limits.refund('registration', keyId);
}

function noteRefusal(error: unknown, { metrics }: Deps): void {
  if (!(error instanceof ApiError)) return;
  if (error.code === 'name_taken') metrics.registrationRefused('name_taken');
  if (error.code === 'too_many_displays')
    metrics.registrationRefused(error.details['setting'] as 'MAX_DISPLAYS' | 'MAX_DISPLAYS_PER_NAME');
}
