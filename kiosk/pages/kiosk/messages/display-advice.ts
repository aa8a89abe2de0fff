/** What to do about a display that is not ready, one guide per cause. */
import { msg } from '@lit/localize';
import type { StationView } from '../data/station-view.ts';
import type { Advice } from './tone.ts';

/** `undefined`: nothing for the agent to do. */
export function displayAdvice({ state, cause }: StationView['display']): Advice | undefined {
  if (state !== 'unplugged' && state !== 'error') return undefined;
  switch (cause) {
    case undefined:
      return undefined;
    case 'no_port':
      return {
        title: msg('Connect the display', { id: 'help.no_port' }),
        steps: [
          msg('Plug the display’s USB cable into this PC. Its screen lights up.', { id: 'help.no_port.1' }),
          msg('Press the button, choose the display in Chrome’s list and press “Connect”.', { id: 'help.no_port.2' }),
          msg('The list is empty? Try another cable: some only charge. Or the driver (CH340) is missing: call IT.', {
            id: 'help.no_port.3',
          }),
        ],
        offer: 'choose_port',
      };
    case 'lost':
      return {
        title: msg('The display was unplugged', { id: 'help.lost' }),
        steps: [
          msg('Plug the USB cable in again, at the PC and at the display. It reconnects by itself.', {
            id: 'help.lost.1',
          }),
          msg('Nothing after ten seconds? Press the button and choose the display again.', { id: 'help.lost.2' }),
        ],
        offer: 'choose_port',
      };
    case 'port_busy':
      return {
        title: msg('Another program is using the display', { id: 'help.port_busy' }),
        steps: [
          msg('Close other programs that talk to the display, and other browser windows with this page.', {
            id: 'help.port_busy.1',
          }),
          msg('This page tries again by itself every few seconds.', { id: 'help.port_busy.2' }),
        ],
        offer: 'restart',
      };
    case 'no_answer':
      return {
        title: msg('Something is connected, but it does not answer like the display', { id: 'help.no_answer' }),
        steps: [
          msg('Check that the display’s own screen is on.', { id: 'help.no_answer.1' }),
          msg('Unplug the display, count to three, plug it in again.', { id: 'help.no_answer.2' }),
          msg('Perhaps the wrong device was chosen: press the button and choose the display.', {
            id: 'help.no_answer.3',
          }),
        ],
        offer: 'choose_port',
      };
    case 'needs_replug':
    case 'broken_transfer':
      return {
        title: msg('Please unplug the display and plug it in again', { id: 'help.needs_replug' }),
        steps: [
          msg('Unplug the USB cable, count to three, plug it in again.', { id: 'help.needs_replug.1' }),
          msg('It goes on by itself. A QR that is still wanted is sent again.', { id: 'help.needs_replug.2' }),
        ],
        offer: 'restart',
      };
    case 'open_failed':
      return {
        title: msg('Windows cannot open the display’s port', { id: 'help.open_failed' }),
        steps: [
          msg('Unplug the display, plug it into another USB socket of this PC.', { id: 'help.open_failed.1' }),
          msg('Still so? The driver (CH340 or CP210x) may be damaged: call IT and send them the log.', {
            id: 'help.open_failed.2',
          }),
        ],
        offer: 'restart',
      };
  }
}
