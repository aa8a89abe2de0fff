/** What became of one command, and calling it off. */
import * as v from 'valibot';
import { isEnded } from '../../../shared/wire/commands.ts';
import { WaitQuery } from '../../../shared/wire/fields.ts';
import type { CommandView } from '../../../shared/wire/web-app.ts';
import { iso } from '../../core/iso-time.ts';
import type { CommandFacts } from '../../store/store.ts';
import { CommandAnswer, CommandStatusAnswer } from '../response-schemas.ts';
import { watchName } from '../device/poll.ts';
import { route, type Route } from '../route.ts';
import { commandFor, isoOrUndefined, WEB_APP_OR_ADMIN } from './caller.ts';

function commandView(facts: CommandFacts): CommandView & Record<string, unknown> {
  const { createdAt, deliveredAt, receivedAt, uploadingAt, displayedAt, coveredAt, endedAt } = facts;
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
    created_at: iso(createdAt),
    ...Object.fromEntries(
      Object.entries({
        delivered_at: isoOrUndefined(deliveredAt),
        received_at: isoOrUndefined(receivedAt),
        uploading_at: isoOrUndefined(uploadingAt),
        displayed_at: isoOrUndefined(displayedAt),
        covered_at: isoOrUndefined(coveredAt),
        ended_at: isoOrUndefined(endedAt),
      }).filter(([, at]) => at !== undefined),
    ),
  };
}

/** Who does not say what is known of covering is not woken by it, and a loop that knows states only does not spin. */
const isCoverNews = ({ coveredAt }: CommandFacts, known: '0' | '1' | undefined): boolean =>
  known !== undefined && (known === '1') !== (coveredAt !== undefined);

export const commandRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/command/:command_id',
    access: WEB_APP_OR_ADMIN,
    answer: CommandAnswer,
    summary:
      'What became of a command; with wait, as soon as its state changes. `state` names the state already known, ' +
      '`covered` whether the code was known to be covered: then an answer comes when that changes, too.',
    query: v.object({ wait: WaitQuery, state: v.optional(v.string()), covered: v.optional(v.picklist(['0', '1'])) }),
    errors: ['unknown_command'],
    async handle({ ctx, caller, params, query, deps: { longPolls, passed, store } }) {
      const commandId = params['command_id'] ?? '';
      let knownState: string | undefined = query.state;
      const facts = await longPolls.hold({
        key: watchName(commandId),
        callers: 'many',
        res: ctx.res,
        until: passed() + query.wait * 1000,
        passed,
        async read() {
          const read = await commandFor(caller, commandId, store);
          knownState ??= read.state;
          return read;
        },
        isFinal: (read) => read.state !== knownState || isEnded(read.state) || isCoverNews(read, query.covered),
      });
      return commandView(facts);
    },
  }),
  route({
    method: 'post',
    path: '/command/:command_id/cancel',
    access: WEB_APP_OR_ADMIN,
    answer: CommandStatusAnswer,
    summary: 'Calls a QR off, wherever it is.',
    // `bad_request`: the command is not a QR.
    errors: ['unknown_command', 'bad_request'],
    async handle({ caller, params, deps: { store } }) {
      const commandId = params['command_id'] ?? '';
      await commandFor(caller, commandId, store);
      await store.cancel(commandId, caller.role === 'admin' ? 'admin' : 'app');
      const { state, reason } = await store.command(commandId);
      return { success: true, command_id: commandId, state, reason };
    },
  }),
];
