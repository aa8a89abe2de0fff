/** Why a request of the agent failed, and what to do. */
import { msg } from '@lit/localize';
import type { AskFailure } from '../../../worker/messages.ts';

export function askFailed(why: AskFailure): string {
  switch (why) {
    case 'not_started':
      return msg('The kiosk has not started yet. Wait a moment, then try again.', { id: 'ask.not_started' });
    case 'restarted':
      return msg('The kiosk was just restarted. Try again.', { id: 'ask.restarted' });
    case 'too_long':
      return msg('This takes too long. Check the display’s cable, then try again.', { id: 'ask.too_long' });
    case 'not_ready':
      return msg('The display is not ready. Wait until it is, then try again.', { id: 'ask.not_ready' });
    case 'not_back':
      return msg('The display did not come back. Check its cable, then try again.', { id: 'ask.not_back' });
    case 'not_shown':
      return msg('The display did not take the picture. Try again.', { id: 'ask.not_shown' });
    case 'qr_shown':
      return msg('A customer’s QR is on the display. Check the display when it is off.', { id: 'ask.qr_shown' });
    case 'gave_way':
      return msg('A customer’s QR came, and goes first. Check the display again afterwards.', { id: 'ask.gave_way' });
    case 'failed':
      return msg('That did not work; the log says why.', { id: 'ask.failed' });
  }
}
