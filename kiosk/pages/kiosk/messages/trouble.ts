/** What is wrong at this counter, for the tab's title and icon: seen from another tab, too. */
import { msg } from '@lit/localize';
import type { StationView } from '../data/station-view.ts';

/** Undefined while nothing is wrong that a person should look at. */
export function troubleWords({
  relay,
  display,
  broken,
}: Pick<StationView, 'relay' | 'display' | 'broken'>): string | undefined {
  if (broken !== undefined) return msg('Could not start', { id: 'trouble.broken' });
  // Without a cause the page is only connecting.
  if (relay.state === 'refused') return msg('Not set up', { id: 'trouble.refused' });
  if (relay.state === 'offline' && relay.cause !== undefined) return msg('No relay', { id: 'trouble.relay' });
  if (display.state === 'unplugged' && display.cause !== undefined)
    return msg('No display', { id: 'trouble.unplugged' });
  if (display.state === 'error') return msg('Display needs help', { id: 'trouble.display' });
  return undefined;
}
