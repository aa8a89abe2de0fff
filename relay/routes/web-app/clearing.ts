/** Taking a QR off the display: closed, cancelled or paid. */
import { PaymentBody, RotationBody } from '../../../shared/wire/web-app.ts';
import type { ClearingReason, RotationReason } from '../../../shared/wire/commands.ts';
import type { Caller } from '../../auth/auth.ts';
import type { PaymentName } from '../../store/store.ts';
import { PaymentAnswer, RotationAnswer } from '../response-schemas.ts';
import { route, type Route } from '../route.ts';
import { commandFor, targetOf, WEB_APP } from './caller.ts';

function paymentName(body: PaymentBody): PaymentName {
  if (body.command_id !== undefined) return { kind: 'command', id: body.command_id };
  if (body.policy_number !== undefined) return { kind: 'policy', value: body.policy_number };
  return { kind: 'reference', value: body.reference ?? '' };
}

/** Apps know of payments; an agent's page only reports what it saw. */
const reasonBy = ({ role }: Caller, reason: RotationReason): ClearingReason =>
  reason === 'paid' && role === 'agent' ? 'paid_reported' : reason;

export const clearingRoutes: readonly Route[] = [
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
        const { deviceId, commandId } = await store.clear(body.command_id, reasonBy(caller, body.reason));
        return { success: true, device_id: deviceId, command_id: commandId };
      }
      const target = targetOf(caller, body);
      const { deviceId, commandId } = await store.startRotation(target, reasonBy(caller, body.reason));
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
    errors: ['unknown_command', 'ambiguous_payment'],
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
];
