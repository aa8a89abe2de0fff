/** Signing in to the admin page, and out. */
import { AdminLogin, AdminSession } from '../../shared/wire/admin/session.ts';
import { clientAddress } from '../http/client-address.ts';
import { ApiError } from '../../shared/wire/errors.ts';
import { iso } from '../core/iso-time.ts';
import { version } from '../version.ts';
import { parseAdminKey } from '../core/named-key.ts';
import type { Config } from '../config.ts';
import type { OpenSession } from '../auth/admin-session.ts';
import { Done } from '../routes/response-schemas.ts';
import { route, type Route } from '../routes/route.ts';

const view = ({ csrf, expiresAt, name }: OpenSession, { adminOrigin }: Config) => ({
  csrf_token: csrf,
  expires_at: iso(expiresAt),
  relay_version: version,
  admin: name ?? null,
  has_kiosk: adminOrigin === undefined,
});

export const adminSessionRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/admin/login',
    access: 'open',
    answer: AdminSession,
    summary: "Exchanges an admin key for a session cookie and the session's CSRF token.",
    body: AdminLogin,
    errors: ['unauthorized'],
    async handle({ ctx, body, deps: { adminSession, auth, config, limits } }) {
      // Pasted as it stands in ADMIN_KEYS, too.
      const key = auth.key(body.key) ?? auth.key(parseAdminKey(body.key).key);
      if (key?.roles.includes('admin') !== true) {
        // Only wrong ones count, so that a guesser in the same office shuts out no admin.
        await limits.count('login', clientAddress(ctx));
        throw new ApiError('unauthorized', 'This is not an admin key.');
      }
      return view(adminSession.open(ctx, key.name), config);
    },
  }),
  route({
    method: 'get',
    path: '/admin/session',
    access: 'open',
    answer: AdminSession,
    summary: 'The CSRF token of the session that the cookie names, so that a reloaded page goes on.',
    errors: ['unauthorized'],
    async handle({ ctx, deps: { adminSession, config } }) {
      const open = await adminSession.current(ctx);
      if (!open) throw new ApiError('unauthorized', 'Nobody is signed in here.');
      return view(open, config);
    },
  }),
  route({
    method: 'post',
    path: '/admin/logout',
    access: ['admin'],
    answer: Done,
    summary: 'Ends the session of this browser.',
    async handle({ ctx, deps: { adminSession } }) {
      await adminSession.close(ctx);
      return { success: true };
    },
  }),
];
