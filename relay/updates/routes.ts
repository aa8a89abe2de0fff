/** What a tray asks to keep itself up to date. See shared/wire/update.ts. */
import * as v from 'valibot';
import { ApiError } from '../../shared/wire/errors.ts';
import { Id } from '../../shared/wire/fields.ts';
import { UpdateAnswer, UpdateQuery } from '../../shared/wire/update.ts';
import { route, type Route } from '../routes/route.ts';

export const updateRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/update',
    access: 'device',
    answer: UpdateAnswer,
    summary: 'The signed manifest of a newer version, when there is one and it is the turn of this display.',
    query: UpdateQuery,
    errors: ['unknown_device'],
    async handle({ query, deps: { updates } }) {
      const { device_id: deviceId, platform, version } = query;
      const offer = await updates.offerFor(platform, version, deviceId);
      if (!offer) return { update: false } satisfies UpdateAnswer;
      return {
        update: true,
        manifest: offer.text,
        signature: offer.signature,
        url: `update/file/${offer.manifest.file}?device_id=${encodeURIComponent(deviceId)}`,
      } satisfies UpdateAnswer;
    },
  }),
  route({
    method: 'get',
    path: '/update/file/:file',
    access: 'device',
    produces: ['application/octet-stream'],
    summary: 'The file that a manifest names.',
    query: v.object({ device_id: Id }),
    errors: ['unknown_device', 'unknown_file'],
    async handle({ ctx, params, deps: { updates } }) {
      const found = await updates.open(params['file'] ?? '');
      if (!found) throw new ApiError('unknown_file', 'No update names such a file.');
      ctx.set('Content-Type', 'application/octet-stream');
      ctx.length = found.bytes;
      ctx.body = found.stream;
      return undefined;
    },
  }),
];
