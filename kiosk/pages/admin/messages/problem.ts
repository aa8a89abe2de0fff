/**
 * Why a call to the relay failed, in the page's language. The relay's own sentence is English and stands for what has
 * no words here.
 */
import { msg } from '@lit/localize';
import { messageOf } from '../../../../shared/wire/errors.ts';
import { AdminError } from '../data/admin-api.ts';

export function problemWords(error: unknown): string {
  if (!(error instanceof AdminError)) return messageOf(error);
  switch (error.code) {
    case 'no_answer':
      return msg('The relay does not answer. Try again when it is back.', { id: 'admin.problem.no_answer' });
    case 'relay_error':
    case 'store_unavailable':
    case 'shutting_down':
      return msg('The relay has a fault or is restarting. Try again in a moment.', { id: 'admin.problem.relay_error' });
    case 'signed_out':
      return msg('Your session is over. Sign in again.', { id: 'admin.session_over' });
    case 'rate_limited':
      return msg('Too many requests at once. Try again in a moment.', { id: 'admin.problem.rate_limited' });
    case 'unknown_device':
      return msg('The relay does not know this display any more.', { id: 'admin.problem.unknown_device' });
    case 'unknown_command':
      return msg('The relay knows no such QR, or not any more.', { id: 'admin.problem.unknown_command' });
    case 'command_ended':
      return msg('This command is over already.', { id: 'admin.problem.command_ended' });
    case 'unknown_request':
      return msg('This request has run out or was decided already.', { id: 'admin.problem.unknown_request' });
    case 'queue_full':
      return msg('Too many commands wait for this display already.', { id: 'admin.problem.queue_full' });
    case 'unsupported_by_display':
      return msg(
        'The original program drives this display. It shows QR pictures only, no test cards and no messages.',
        {
          id: 'admin.problem.unsupported_by_display',
        },
      );
    default:
      return error.message;
  }
}
