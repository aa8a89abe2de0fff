/** The display in an agent's words. */
import { msg } from '@lit/localize';
import type { StationView } from '../data/station-view.ts';
import { portAndSpeed } from './ports.ts';
import type { Fact } from './tone.ts';

type Display = StationView['display'];

export function displayFact({ state, cause, port }: Display): Fact {
  switch (state) {
    case 'ready':
      return { tone: 'good', word: msg('Ready', { id: 'display.ready' }), detail: portDetail(port) };
    case 'uploading':
      return { tone: 'busy', word: msg('Sending …', { id: 'display.uploading' }), detail: portDetail(port) };
    case 'connecting':
      return {
        tone: 'busy',
        word: msg('Connecting …', { id: 'display.connecting' }),
        detail: msg('The display needs a few seconds to start', { id: 'display.connecting.detail' }),
      };
    case 'recovering':
      return {
        tone: 'warn',
        word: msg('Recovering …', { id: 'display.recovering' }),
        detail: msg('The transfer broke off. Trying again by itself', { id: 'display.recovering.detail' }),
      };
    case 'unplugged':
      return {
        tone: 'warn',
        word: msg('Not connected', { id: 'display.unplugged' }),
        detail:
          cause === 'lost'
            ? msg('The display was unplugged', { id: 'display.lost.detail' })
            : msg('No display found on this PC', { id: 'display.unplugged.detail' }),
      };
    case 'error':
      return {
        tone: 'bad',
        word: msg('Needs help', { id: 'display.error' }),
        detail: msg('See what to do below', { id: 'display.error.detail' }),
      };
  }
}

function portDetail(port: Display['port']): string {
  if (!port) return msg('Connected by USB', { id: 'display.usb' });
  return portAndSpeed(port);
}
