/** One QR from its post to its end, with the command that took it off the display. */
import { AdminQrStory } from '../../shared/wire/admin.ts';
import { ApiError } from '../../shared/wire/errors.ts';
import { commandView } from '../fleet/views.ts';
import { route, type Route } from '../routes/route.ts';
import type { CommandFacts, Store } from '../store/store.ts';

/** The history may have forgotten it sooner than the QR. */
async function clearerOf({ clearedBy }: CommandFacts, store: Store): Promise<CommandFacts | undefined> {
  if (clearedBy === null) return undefined;
  return store.command(clearedBy).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'unknown_command') return undefined;
    throw error;
  });
}

export const adminQrRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/qr/:command_id',
    access: ['admin'],
    answer: AdminQrStory,
    summary: 'A QR’s whole story, open or over: its stages, its picture, its end, and the command that took it off.',
    errors: ['unknown_command'],
    async handle({ params, deps: { store } }) {
      const facts = await store.command(params['command_id'] ?? '');
      const clearer = await clearerOf(facts, store);
      return {
        command: commandView(facts),
        clearing: facts.clearing,
        cleared_by: clearer ? commandView(clearer) : null,
      } satisfies AdminQrStory;
    },
  }),
];
