/** The stages of a command in words. */
import { msg, str } from '@lit/localize';
import { isEnded } from '../../../../shared/wire/commands.ts';
import type { CommandView } from '../../../../shared/wire/web-app.ts';
import type { StageName } from '../data/stages.ts';

/** @param amount as it stood on the display; empty where there was none */
export function stageWords(name: StageName, view: CommandView | undefined, amount: string): string {
  switch (name) {
    case 'accepted':
      return msg('Accepted by the relay', { id: 'demo.stage.accepted' });
    case 'handed':
      return msg('In the kiosk’s hands', { id: 'demo.stage.handed' });
    case 'travelling':
      return msg('Travelling to the display', { id: 'demo.stage.travelling' });
    case 'displayed':
      if (view?.covered_at !== undefined)
        return msg('Covered for a moment; it comes back by itself', { id: 'demo.stage.covered' });
      return msg('On the display', { id: 'demo.stage.displayed' });
    case 'over':
      return endWords(view, amount);
  }
}

function endWords(view: CommandView | undefined, amount: string): string {
  if (!view || !isEnded(view.state)) return msg('Removed from the display', { id: 'demo.stage.removed' });
  const { error, reason, state } = view;
  switch (state) {
    case 'cleared':
      return clearedWords(reason ?? '', amount);
    case 'expired':
      return msg('Not shown: the display was away for too long', { id: 'demo.end.expired' });
    case 'superseded':
      return msg('Replaced by a newer QR before it was shown', { id: 'demo.end.superseded' });
    case 'cancelled':
      return msg('Called off before it was shown', { id: 'demo.end.cancelled' });
    default: {
      const why = error ?? reason ?? '';
      return msg(str`Not shown: ${why}`, { id: 'demo.end.failed' });
    }
  }
}

function clearedWords(reason: string, amount: string): string {
  switch (reason) {
    case 'paid':
    case 'paid_reported':
      return amount === ''
        ? msg('Paid', { id: 'demo.end.paid' })
        : msg(str`Paid: ${amount}`, { id: 'demo.end.paid_amount' });
    case 'cancelled':
      return msg('Removed: payment cancelled', { id: 'demo.end.payment_cancelled' });
    case 'closed':
      return msg('Removed: closed', { id: 'demo.end.closed' });
    case 'timeout':
      return msg('Removed: its time was over', { id: 'demo.end.timeout' });
    case 'replaced':
      return msg('Removed: replaced by a newer QR', { id: 'demo.end.replaced' });
    case 'disconnected':
      return msg('Removed: the display was unplugged', { id: 'demo.end.disconnected' });
    default:
      return msg(str`Removed: ${reason}`, { id: 'demo.end.other' });
  }
}
