/** A QR on its way to a display. */
import { createHash } from 'node:crypto';
import { MAX_IMAGE_CHARS } from '../../../shared/wire/fields.ts';
import { QrBody } from '../../../shared/wire/web-app.ts';
import { ApiError } from '../../../shared/wire/errors.ts';
import { checkImage } from '../../http/parse.ts';
import { QrAnswer } from '../response-schemas.ts';
import { route, type Deps, type Route } from '../route.ts';
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
    async handle({ ctx, caller, body, deps }) {
      const { limits, store } = deps;
      const target = targetOf(caller, body);
      if (caller.role === 'agent') await limits.count('posts', caller.id);
      if (body.qr_image !== undefined) checkImage(body.qr_image);
      const forget = await countPost(deps);
      const key = body.idempotency_key ?? (ctx.get('Idempotency-Key') || undefined);
      const { idempotency_key: _key, ...asked } = body;
      const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
      const posted = store.enqueue({
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
      const { commandId, deviceId, deviceOnline, display } = await posted.catch(async (error: unknown) => {
        await forget();
        throw error;
      });
      return { success: true, command_id: commandId, device_id: deviceId, device_online: deviceOnline, display };
    },
  }),
];

/** Of all callers, whose posts are counted together. */
const ALL = 'all';

/** Counts a post against the day of all callers. Answers how to take that back when nothing was stored. */
async function countPost({ limits }: Pick<Deps, 'limits'>): Promise<() => Promise<void>> {
  await limits.count('allPosts', ALL).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(
      error.code,
      'As many QR codes were posted today as MAX_POSTS_PER_DAY allows; each is remembered for a day. Raise it if that many are right.',
      { setting: 'MAX_POSTS_PER_DAY' },
      error.headers,
    );
  });
  return () => limits.refund('allPosts', ALL);
}

/** Without the entries that were not given. */
function present<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
