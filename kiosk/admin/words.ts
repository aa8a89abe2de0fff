/** What the admin page says of displays and commands, in the admin's language. */
import { msg } from '@lit/localize';
import type { Facts } from './data/device.ts';
import type { Filter, SortKey } from './data/fleet.ts';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off';
export interface Word {
  readonly tone: Tone;
  readonly text: string;
}

export function relayWord(state: Facts['relay']): Word {
  switch (state) {
    case 'online':
      return { tone: 'good', text: msg('Online', { id: 'admin.relay.online' }) };
    case 'offline':
      return { tone: 'bad', text: msg('Offline', { id: 'admin.relay.offline' }) };
    case 'unknown':
      return { tone: 'off', text: msg('Unknown', { id: 'admin.unknown' }) };
  }
}

export function usbWord(state: Facts['usb']): Word {
  switch (state) {
    case 'connected':
      return { tone: 'good', text: msg('Connected', { id: 'admin.usb.connected' }) };
    case 'unplugged':
      return { tone: 'bad', text: msg('Unplugged', { id: 'admin.usb.unplugged' }) };
    case 'unknown':
      return { tone: 'off', text: msg('Unknown', { id: 'admin.unknown' }) };
  }
}

export function displayWord(state: Facts['display']): Word {
  switch (state) {
    case 'ready':
      return { tone: 'good', text: msg('Ready', { id: 'admin.display.ready' }) };
    case 'uploading':
      return { tone: 'busy', text: msg('Sending', { id: 'admin.display.uploading' }) };
    case 'connecting':
      return { tone: 'busy', text: msg('Connecting', { id: 'admin.display.connecting' }) };
    case 'recovering':
      return { tone: 'warn', text: msg('Recovering', { id: 'admin.display.recovering' }) };
    case 'error':
      return { tone: 'bad', text: msg('Needs help', { id: 'admin.display.error' }) };
    case 'unplugged':
      return { tone: 'off', text: msg('Not there', { id: 'admin.display.unplugged' }) };
    case 'unknown':
      return { tone: 'off', text: msg('Unknown', { id: 'admin.unknown' }) };
  }
}

export function stateWord(state: string): Word {
  switch (state) {
    case 'pending':
      return { tone: 'busy', text: msg('Waiting', { id: 'admin.state.pending' }) };
    case 'delivered':
      return { tone: 'busy', text: msg('Delivered', { id: 'admin.state.delivered' }) };
    case 'displayed':
      return { tone: 'good', text: msg('On the glass', { id: 'admin.state.displayed' }) };
    case 'cleared':
      return { tone: 'good', text: msg('Cleared', { id: 'admin.state.cleared' }) };
    case 'failed':
      return { tone: 'bad', text: msg('Failed', { id: 'admin.state.failed' }) };
    case 'expired':
      return { tone: 'warn', text: msg('Expired', { id: 'admin.state.expired' }) };
    case 'superseded':
      return { tone: 'off', text: msg('Superseded', { id: 'admin.state.superseded' }) };
    case 'cancelled':
      return { tone: 'off', text: msg('Cancelled', { id: 'admin.state.cancelled' }) };
    default:
      return { tone: 'off', text: state };
  }
}

export function filterWord(filter: Filter): string {
  switch (filter) {
    case 'all':
      return msg('All displays', { id: 'admin.filter.all' });
    case 'online':
      return msg('Online', { id: 'admin.relay.online' });
    case 'offline':
      return msg('Offline', { id: 'admin.relay.offline' });
    case 'attention':
      return msg('Needs attention', { id: 'admin.filter.attention' });
    case 'linked':
      return msg('Linked to an agent', { id: 'admin.filter.linked' });
    case 'free':
      return msg('Free', { id: 'admin.filter.free' });
  }
}

export function columnWord(key: SortKey): string {
  switch (key) {
    case 'name':
      return msg('Display', { id: 'admin.column.name' });
    case 'agent':
      return msg('Agent', { id: 'admin.column.agent' });
    case 'state':
      return msg('Relay, USB, display', { id: 'admin.column.state' });
    case 'last_seen':
      return msg('Last seen', { id: 'admin.column.last_seen' });
    case 'version':
      return msg('Version', { id: 'admin.column.version' });
    case 'qr_today':
      return msg('QR today', { id: 'admin.column.qr_today' });
    case 'errors':
      return msg('Errors', { id: 'admin.column.errors' });
    case 'poll_gap':
      return msg('Poll gap', { id: 'admin.column.poll_gap' });
    case 'queued':
      return msg('Queue', { id: 'admin.column.queued' });
  }
}

/** Everything that an admin can do to a display; `danger` asks twice. */
export const ACTIONS = [
  'test',
  'identify',
  'message',
  'rename',
  'unlink',
  'allow_reenrol',
  'revoke',
  'remove',
] as const;
export type Action = (typeof ACTIONS)[number];
/** Those that make sense for many displays at once. */
export const BULK_ACTIONS = ['test', 'identify', 'message', 'unlink'] as const satisfies readonly Action[];

export interface ActionWords {
  readonly label: string;
  /** What happens, said before it does. */
  readonly ask: string;
  readonly danger: boolean;
  /** Label of the text that the action needs. */
  readonly input?: string;
}

export function actionWords(action: Action): ActionWords {
  switch (action) {
    case 'test':
      return {
        label: msg('Test card', { id: 'admin.action.test' }),
        ask: msg('The display shows the test card, then its idle picture.', { id: 'admin.action.test.ask' }),
        danger: false,
      };
    case 'identify':
      return {
        label: msg('Identify', { id: 'admin.action.identify' }),
        ask: msg('The display shows its own name, large.', { id: 'admin.action.identify.ask' }),
        danger: false,
      };
    case 'message':
      return {
        label: msg('Message', { id: 'admin.action.message' }),
        ask: msg('The display shows this line of text. Customers can read it.', { id: 'admin.action.message.ask' }),
        danger: false,
        input: msg('Text', { id: 'admin.action.message.input' }),
      };
    case 'rename':
      return {
        label: msg('Rename', { id: 'admin.action.rename' }),
        ask: msg('Web apps that link by computer name must use the new name.', { id: 'admin.action.rename.ask' }),
        danger: false,
        input: msg('New name', { id: 'admin.action.rename.input' }),
      };
    case 'unlink':
      return {
        label: msg('Release', { id: 'admin.action.unlink' }),
        ask: msg('The agent loses the display, and a QR that is on it is taken off.', {
          id: 'admin.action.unlink.ask',
        }),
        danger: true,
      };
    case 'allow_reenrol':
      return {
        label: msg('Allow enrolment again', { id: 'admin.action.allow_reenrol' }),
        ask: msg(
          'For a short while this display may register again with an enrol key, for instance after its browser was reset.',
          {
            id: 'admin.action.allow_reenrol.ask',
          },
        ),
        danger: false,
      };
    case 'revoke':
      return {
        label: msg('Revoke', { id: 'admin.action.revoke' }),
        ask: msg('The display’s token is void at once. It stays away until enrolment is allowed again.', {
          id: 'admin.action.revoke.ask',
        }),
        danger: true,
      };
    case 'remove':
      return {
        label: msg('Remove', { id: 'admin.action.remove' }),
        ask: msg('The display is forgotten, with its link; its open commands fail. The history stays.', {
          id: 'admin.action.remove.ask',
        }),
        danger: true,
      };
  }
}
