/** What to do about a display that is ready and refuses pictures, for instance because its disk stays full. */
import { msg } from '@lit/localize';
import { isQrRefused, type StationView } from '../data/station-view.ts';
import type { Advice } from './tone.ts';

/** `undefined`: nothing for the agent to do. */
export function qrAdvice(view: Pick<StationView, 'display' | 'refused'>): Advice | undefined {
  if (!isQrRefused(view)) return undefined;
  return {
    title: msg('The display did not take the last QR', { id: 'help.refused' }),
    steps: [
      msg('Unplug the display, count to three, plug it in again. Then send the QR again.', { id: 'help.refused.1' }),
      msg('Does it happen again? Call IT and send them the log.', { id: 'help.refused.2' }),
    ],
    offer: 'nothing',
  };
}
