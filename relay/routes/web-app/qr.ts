/** A QR on its way to a display. */
import { createHash } from 'node:crypto';
import { MAX_IMAGE_CHARS } from '../../../shared/wire/fields.ts';
import { QrBody } from '../../../shared/wire/schemas.ts';
import { checkImage } from '../../http/parse.ts';
import { QrAnswer } from '../response-schemas.ts';
import { route, type Route } from '../route.ts';
import { targetOf, WEB_APP } from './caller.ts';

/** In bytes: the other fields around the largest picture. */
const JSON_OVERHEAD = 64 * 1024;

export const qrRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/qr',
    access: WEB_APP,
    answer: QrAnswer,
    summary: 'Puts a QR into the queue of the one display that is named, or that is linked to the named agent.',
    body: QrBody,
    bodyLimit: MAX_IMAGE_CHARS + JSON_OVERHEAD,
    errors: [
      'unknown_agent',
      'unknown_device',
      'bad_image',
      'too_large',
      'idempotency_mismatch',
      'unsupported_by_display',
      'queue_full',
    ],
    async handle({ ctx, caller, body, deps: { limits, store } }) {
      const target = targetOf(caller, body);
      if (caller.role === 'agent') await limits.count('posts', caller.id);
      if (body.qr_image !== undefined) checkImage(body.qr_image);
      const key = body.idempotency_key ?? (ctx.get('Idempotency-Key') || undefined);
      const { idempotency_key: _key, ...asked } = body;
      const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
      const { commandId, deviceId, deviceOnline, display } = await store.enqueue({
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
          : {
              idempotency: {
                key: hash(JSON.stringify([caller.role, caller.id, key])),
                bodyHash: hash(JSON.stringify(asked)),
              },
            }),
      });
      return { success: true, command_id: commandId, device_id: deviceId, device_online: deviceOnline, display };
    },
  }),
];

/** Without the entries that were not given. */
function present<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
