/** What was seen of a display that is not ready, so that support need not ask. */
import { msg, str } from '@lit/localize';
import type { StationView } from '../data/station-view.ts';
import { timeOf } from './numbers.ts';
import { portAndSpeed, portName } from './ports.ts';

/** Empty where there is nothing to say. */
export function displaySeen({ display: { cause, port }, lost }: Pick<StationView, 'display' | 'lost'>): string {
  const name = port === undefined ? msg('a port', { id: 'seen.a_port' }) : portName(port.label);
  switch (cause) {
    case undefined:
      return '';
    case 'no_port':
      return msg('no serial port that this page may use', { id: 'seen.no_port' });
    case 'lost':
      return lost === undefined
        ? msg('no serial port any more', { id: 'seen.lost' })
        : msg(str`${portAndSpeed(lost.port)} until ${timeOf(lost.at)}, no serial port since`, { id: 'seen.lost.port' });
    case 'port_busy':
      return msg(str`${name}, held by another program`, { id: 'seen.port_busy' });
    case 'no_answer':
      return msg(str`${name} opens, but nobody answers at any speed`, { id: 'seen.no_answer' });
    case 'needs_replug':
    case 'broken_transfer':
      return msg(str`${name} is there, the display behind it does not answer any more`, { id: 'seen.needs_replug' });
    case 'open_failed':
      return msg(str`${name} is there, but does not open`, { id: 'seen.open_failed' });
  }
}
