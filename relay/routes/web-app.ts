/** What a web app calls, with its key, or its page with an agent's token. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { isEnded } from '../../shared/commands.ts';
import { ApiError } from '../../shared/errors.ts';
import {
  Id,
  LinkBody,
  PaymentBody,
  QrBody,
  RotationBody,
  UnlinkBody,
  WaitQuery,
  type CommandView,
} from '../../shared/schemas.ts';
import type { Caller } from '../auth.ts';
import type { DisplayName } from '../core/links.ts';
import type { Target } from '../core/queue.ts';
import { checkImage } from '../http/parse.ts';
import type { CommandFacts, PaymentName, Store } from '../store/store.ts';
import {
  CommandAnswer,
  LinkAnswer,
  PaymentAnswer,
  QrAnswer,
  RotationAnswer,
  Standing,
  UnlinkAnswer,
} from './answers.ts';
import { watchName } from './poll.ts';
import { route, type Deps, type Route } from './route.ts';

const WEB_APP = ['app', 'agent'] as const;
const WEB_APP_OR_ADMIN = ['app', 'agent', 'admin'] as const;

/** An agent's token speaks for that agent only. */
function checkAgent(caller: Caller, agentId: string): void {
  if (caller.agentId !== undefined && caller.agentId !== agentId)
    throw new ApiError('forbidden', 'This token speaks for another agent.');
}

async function checkTarget(caller: Caller, target: Target, store: Store): Promise<void> {
  if (target.kind === 'agent') checkAgent(caller, target.id);
  else if (caller.agentId !== undefined && (await store.agentDevice(caller.agentId))?.deviceId !== target.id)
    throw new ApiError('forbidden', 'This display is not the one linked to the agent of this token.');
}

/** A command of another agent is, to an agent, no command. */
export async function commandFor(caller: Caller, commandId: string, store: Store): Promise<CommandFacts> {
  const facts = await store.command(commandId);
  if (caller.agentId !== undefined && facts.agentId !== caller.agentId)
    throw new ApiError('unknown_command', `No command with the id ${commandId} is known here.`);
  return facts;
}

function targetOf({ agent_id, device_id }: { agent_id?: string | undefined; device_id?: string | undefined }): Target {
  return agent_id === undefined ? { kind: 'device', id: device_id ?? '' } : { kind: 'agent', id: agent_id };
}

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());

export function commandView(facts: CommandFacts): CommandView & Record<string, unknown> {
  const { createdAt, deliveredAt, receivedAt, uploadingAt, displayedAt, endedAt } = facts;
  return {
    command_id: facts.commandId,
    type: facts.type,
    state: facts.state,
    reason: facts.reason,
    error: facts.error,
    device_id: facts.deviceId,
    agent_id: facts.agentId,
    deliveries: facts.deliveries,
    picture: facts.picture,
    clearing: facts.clearing,
    created_at: new Date(createdAt).toISOString(),
    ...Object.fromEntries(
      Object.entries({
        delivered_at: iso(deliveredAt),
        received_at: iso(receivedAt),
        uploading_at: iso(uploadingAt),
        displayed_at: iso(displayedAt),
        ended_at: iso(endedAt),
      }).filter(([, at]) => at !== undefined),
    ),
  };
}

function displayOf(body: LinkBody): DisplayName {
  if (body.device_id !== undefined) return { kind: 'device', id: body.device_id };
  if (body.pairing_code !== undefined) return { kind: 'pairing_code', code: body.pairing_code };
  return { kind: 'computer_name', name: body.computer_name ?? '' };
}

function paymentName(body: PaymentBody): PaymentName {
  if (body.command_id !== undefined) return { kind: 'command', id: body.command_id };
  if (body.policy_number !== undefined) return { kind: 'policy', value: body.policy_number };
  return { kind: 'reference', value: body.reference ?? '' };
}

/** Wrong guesses are counted, so that nobody tries codes until one fits; per agent, so that one does not lock the others out. */
async function linkWithin({ limits, store }: Deps, caller: Caller, body: LinkBody) {
  const isGuess = body.pairing_code !== undefined;
  const guesser = `${caller.id} ${body.agent_id}`;
  if (isGuess) {
    await limits.check('pairing', guesser);
    await limits.check('pairings', caller.id);
  }
  try {
    return await store.link({
      agentId: body.agent_id,
      agentName: body.agent_name ?? null,
      display: displayOf(body),
      takeover: body.takeover,
      by: caller.role,
    });
  } catch (error) {
    if (isGuess && error instanceof ApiError && error.code === 'unknown_pairing_code') {
      await limits.count('pairings', caller.id);
      await limits.count('pairing', guesser);
    }
    throw error;
  }
}

export const webAppRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/qr',
    access: WEB_APP,
    answer: QrAnswer,
    summary: 'Puts a QR into the queue of the one display that is named, or that is linked to the named agent.',
    body: QrBody,
    errors: ['unknown_agent', 'unknown_device', 'bad_image', 'too_large', 'idempotency_mismatch', 'queue_full'],
    async handle({ ctx, caller, body, deps: { store } }) {
      const target = targetOf(body);
      await checkTarget(caller, target, store);
      if (body.qr_image !== undefined) checkImage(body.qr_image);
      const key = body.idempotency_key ?? (ctx.get('Idempotency-Key') || undefined);
      const { idempotency_key: _key, ...asked } = body;
      const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
      const { commandId, deviceId, deviceOnline } = await store.enqueue({
        target,
        content: {
          type: 'display_qr',
          hasPicture: body.qr_image !== undefined,
          ...present({
            qrText: body.qr_text,
            customerName: body.customer_name,
            policyNumber: body.policy_number,
            amount: body.amount,
            currency: body.currency,
            reference: body.reference,
          }),
        },
        ...(body.qr_image === undefined ? {} : { qrImage: body.qr_image }),
        ...(body.expires_in === undefined ? {} : { ttlMs: body.expires_in * 1000 }),
        ...(body.display_seconds === undefined ? {} : { displayMs: body.display_seconds * 1000 }),
        ...(key === undefined
          ? {}
          : { idempotency: { key: hash(`${caller.agentId ?? 'app'} ${key}`), bodyHash: hash(JSON.stringify(asked)) } }),
      });
      return { success: true, command_id: commandId, device_id: deviceId, device_online: deviceOnline };
    },
  }),
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
      const device = await linkWithin(deps, caller, body);
      return {
        success: true,
        device_id: device.deviceId,
        computer_name: device.computerName,
        device_online: await deps.store.isOnline(device.deviceId),
        expires_at: iso(device.link?.expiresAt),
      };
    },
  }),
  route({
    method: 'get',
    path: '/link',
    access: WEB_APP,
    answer: LinkAnswer,
    summary: 'Which display is linked to the agent, and whether it was heard within the last seconds.',
    query: v.object({ agent_id: Id }),
    errors: ['unknown_agent'],
    async handle({ caller, query, deps: { store } }) {
      checkAgent(caller, query.agent_id);
      const device = await store.agentDevice(query.agent_id);
      if (!device)
        throw new ApiError('unknown_agent', `No display is linked to the agent ${query.agent_id}; link one first.`);
      return {
        success: true,
        device_id: device.deviceId,
        computer_name: device.computerName,
        device_online: await store.isOnline(device.deviceId),
        expires_at: iso(device.link?.expiresAt),
      };
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
  route({
    method: 'post',
    path: '/rotation/start',
    access: WEB_APP,
    answer: RotationAnswer,
    summary: 'Takes the QR off the display, or out of its queue, and goes back to the idle rotation.',
    body: RotationBody,
    errors: ['unknown_agent', 'unknown_device', 'unknown_command'],
    async handle({ caller, body, deps: { store } }) {
      if (body.command_id !== undefined) {
        await commandFor(caller, body.command_id, store);
        const { deviceId, commandId } = await store.clear(body.command_id, body.reason);
        return { success: true, device_id: deviceId, command_id: commandId };
      }
      const target = targetOf(body);
      await checkTarget(caller, target, store);
      const { deviceId, commandId } = await store.startRotation(target, body.reason);
      return { success: true, device_id: deviceId, command_id: commandId };
    },
  }),
  route({
    method: 'post',
    path: '/payment',
    access: ['app'],
    answer: PaymentAnswer,
    summary: 'What a payment webhook calls: a paid QR gives way to "paid", then to the idle rotation.',
    body: PaymentBody,
    errors: ['unknown_command'],
    async handle({ body, deps: { store } }) {
      const name = paymentName(body);
      switch (body.status) {
        case 'paid':
        case 'completed':
        case 'success': {
          const { paidCommandId, deviceId, commandId } = await store.paid(name);
          return { success: true, command_id: paidCommandId, device_id: deviceId, shown_by: commandId };
        }
        case 'cancelled': {
          const found = await store.findPayment(name);
          const { deviceId, commandId } = await store.clear(found, 'cancelled');
          return { success: true, command_id: found, device_id: deviceId, shown_by: commandId };
        }
        // The customer may try again, so the code stays where it is.
        case 'failed':
        case 'pending': {
          const { commandId, deviceId } = await store.command(await store.findPayment(name));
          return { success: true, command_id: commandId, device_id: deviceId, shown_by: null };
        }
      }
    },
  }),
  route({
    method: 'get',
    path: '/command/:command_id',
    access: WEB_APP_OR_ADMIN,
    answer: CommandAnswer,
    summary:
      'What became of a command; with wait, as soon as its state changes. `state` names the state already known.',
    query: v.object({ wait: WaitQuery, state: v.optional(v.string()) }),
    errors: ['unknown_command'],
    async handle({ ctx, caller, params, query, deps }) {
      const { held, now, store } = deps;
      const commandId = params['command_id'] ?? '';
      const until = now() + query.wait * 1000;
      const waiting = held.enter(watchName(commandId));
      const gone = (): void => waiting.wake();
      ctx.res.once('close', gone);
      try {
        let facts = await commandFor(caller, commandId, store);
        const known = query.state ?? facts.state;
        while (
          facts.state === known &&
          !isEnded(facts.state) &&
          now() < until &&
          !held.isStopping &&
          !ctx.res.destroyed
        ) {
          await waiting.wait(until - now());
          facts = await commandFor(caller, commandId, store);
        }
        return commandView(facts);
      } finally {
        waiting.end();
        ctx.res.off('close', gone);
      }
    },
  }),
  route({
    method: 'post',
    path: '/command/:command_id/cancel',
    access: WEB_APP_OR_ADMIN,
    answer: Standing,
    summary: 'Calls a QR off, wherever it is.',
    errors: ['unknown_command'],
    async handle({ caller, params, deps: { store } }) {
      const commandId = params['command_id'] ?? '';
      await commandFor(caller, commandId, store);
      await store.cancel(commandId, caller.role === 'admin' ? 'admin' : 'app');
      const { state, reason } = await store.command(commandId);
      return { success: true, command_id: commandId, state, reason };
    },
  }),
];

/** Without the entries that were not given. */
function present<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
