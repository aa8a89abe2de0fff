/** One QR from its post to its end, with the command that took it off the display. */
import { AdminQrStory } from '../../shared/wire/admin/command.ts';
import { commandView } from '../fleet/views.ts';
import { route, type Route } from '../routes/route.ts';

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
      // The history may have forgotten it sooner than the QR.
      const clearer = facts.clearedBy === null ? undefined : await store.findCommand(facts.clearedBy);
      return {
        command: commandView(facts),
        clearing: facts.clearing,
        cleared_by: clearer ? commandView(clearer) : null,
      } satisfies AdminQrStory;
    },
  }),
];
