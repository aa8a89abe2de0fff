/** What a person decides about the store itself. */
import { StoreAccepted } from '../routes/response-schemas.ts';
import { route, type Route } from '../routes/route.ts';

export const adminStoreRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/store/accept-empty',
    access: ['admin'],
    answer: StoreAccepted,
    summary: 'Accepts that Redis was emptied: its relays go on with an empty store.',
    async handle({ caller, deps: { log, store } }) {
      const accepted = await store.acceptEmptied(caller.by);
      if (accepted) log.warn({ by: caller.by }, 'an emptied store was accepted');
      return { success: true, accepted };
    },
  }),
];
