/** Which display an agent has. */
import * as v from 'valibot';
import { ApiError, type ApiErrorCode } from '../../../shared/wire/errors.ts';
import { Id } from '../../../shared/wire/fields.ts';
import { LinkBody, ONE_DISPLAY, UnlinkBody } from '../../../shared/wire/web-app.ts';
import type { Caller } from '../../auth/auth.ts';
import type { DisplayName } from '../../core/links.ts';
import type { DeviceRecord } from '../../core/records.ts';
import type { Store } from '../../store/store.ts';
import { LinkAnswer, UnlinkAnswer } from '../response-schemas.ts';
import { route, type Deps, type Route } from '../route.ts';
import { checkAgent, isoOrUndefined, WEB_APP } from './caller.ts';

const WRONG_GUESS: readonly ApiErrorCode[] = ['unknown_pairing_code', 'unknown_device'];

function displayOf(body: LinkBody): DisplayName {
  if (body.device_id !== undefined) return { kind: 'device', id: body.device_id };
  if (body.pairing_code !== undefined) return { kind: 'pairing_code', code: body.pairing_code };
  return { kind: 'computer_name', name: body.computer_name ?? '' };
}

/** What an agent's token takes a display over by, if it guesses one. A name is no guess: it takes nothing over. */
const isGuessOf = (caller: Caller, body: LinkBody): boolean =>
  body.pairing_code !== undefined || (caller.role === 'agent' && body.device_id !== undefined);

/**
 * Wrong guesses are counted, each before it is looked at, so that nobody tries codes or ids until one fits; per agent,
 * so that one does not lock the others out.
 */
async function linkWithin({ limits, notices, now, store }: Deps, caller: Caller, body: LinkBody) {
  const isGuess = isGuessOf(caller, body);
  const guesser = `${caller.id} ${body.agent_id}`;
  if (isGuess) {
    await limits.count('pairing', guesser);
    await limits.count('pairings', caller.id);
  }
  if (caller.isLegacy) notices.linkedByLegacyKey(now());
  let wasWrong = false;
  try {
    return await store.link({
      agentId: body.agent_id,
      agentName: body.agent_name ?? null,
      display: displayOf(body),
      // The page of the original design cannot ask for it; there the last one who logs in has the display.
      takeover: body.takeover ?? caller.isLegacy,
      by: caller.isLegacy ? 'legacy' : caller.role === 'agent' ? 'agent' : 'app',
      recordedName: body.device_id === undefined ? undefined : body.computer_name,
    });
  } catch (error) {
    wasWrong = error instanceof ApiError && WRONG_GUESS.includes(error.code);
    throw error;
  } finally {
    if (isGuess && !wasWrong) {
      await limits.refund('pairings', caller.id);
      await limits.refund('pairing', guesser);
    }
  }
}

async function linkView(device: DeviceRecord, store: Store) {
  const online = await store.isOnline(device.deviceId);
  return {
    success: true,
    device_id: device.deviceId,
    computer_name: device.computerName,
    device_online: online,
    display: online ? (await store.presence(device.deviceId)).display : null,
    expires_at: isoOrUndefined(device.link?.expiresAt),
  };
}

export const linkRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/link',
    access: WEB_APP,
    answer: LinkAnswer,
    summary: 'Gives an agent the display that is named; an agent has one display. Never takes another one instead.',
    body: LinkBody,
    errors: ['unknown_device', 'unknown_pairing_code', 'ambiguous_computer_name', 'device_in_use', 'rate_limited'],
    async handle({ caller, body, deps }) {
      checkAgent(caller, body.agent_id);
      if (!caller.isLegacy && body.device_id !== undefined && body.computer_name !== undefined)
        throw new ApiError('bad_request', `The body ${ONE_DISPLAY}.`);
      const device = await linkWithin(deps, caller, body);
      return linkView(device, deps.store);
    },
  }),
  route({
    method: 'get',
    path: '/link',
    access: WEB_APP,
    answer: LinkAnswer,
    summary:
      'Which display is linked to the agent, whether it was heard within the last seconds, and what its kiosk says of it.',
    query: v.object({ agent_id: Id }),
    errors: ['unknown_agent'],
    async handle({ caller, query, deps: { store } }) {
      checkAgent(caller, query.agent_id);
      const device = await store.agentDevice(query.agent_id);
      if (!device)
        throw new ApiError('unknown_agent', `No display is linked to the agent ${query.agent_id}; link one first.`);
      return linkView(device, store);
    },
  }),
  route({
    method: 'post',
    path: '/unlink',
    access: WEB_APP,
    answer: UnlinkAnswer,
    summary: "Log-out or end of shift: frees the agent's display and takes the agent's QR off it.",
    body: UnlinkBody,
    errors: ['unknown_agent'],
    async handle({ caller, body, deps: { store } }) {
      checkAgent(caller, body.agent_id);
      const { deviceId } = await store.unlinkAgent(body.agent_id, caller.role);
      return { success: true, device_id: deviceId };
    },
  }),
];
