/** What a web app calls, with its key, or its page with an agent's token. */
import type { Route } from './route.ts';
import { clearingRoutes } from './web-app/clearing.ts';
import { commandRoutes } from './web-app/command.ts';
import { linkRoutes } from './web-app/links.ts';
import { qrRoutes } from './web-app/qr.ts';

export const webAppRoutes: readonly Route[] = [...qrRoutes, ...linkRoutes, ...clearingRoutes, ...commandRoutes];
