/** The status of displays and commands in an admin's words. Each tone comes with its word. */
import { msg } from '@lit/localize';
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import type { CommandState } from '../../../../shared/wire/commands.ts';
import type { Facts } from '../data/device.ts';

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

/** Of a command: a QR that something else covers is not on the display for a moment. */
export function commandWord({ state, covered_at }: Pick<AdminCommand, 'state' | 'covered_at'>): Word {
  if (state === 'displayed' && covered_at !== undefined)
    return { tone: 'warn', text: msg('Covered for a moment', { id: 'admin.state.covered' }) };
  return stateWord(state);
}

export function stateWord(state: CommandState): Word {
  switch (state) {
    case 'pending':
      return { tone: 'busy', text: msg('Waiting', { id: 'admin.state.pending' }) };
    case 'delivered':
      return { tone: 'busy', text: msg('Delivered', { id: 'admin.state.delivered' }) };
    case 'displayed':
      return { tone: 'good', text: msg('On the display', { id: 'admin.state.displayed' }) };
    case 'cleared':
      return { tone: 'good', text: msg('Cleared', { id: 'admin.state.cleared' }) };
    case 'failed':
      return { tone: 'bad', text: msg('Failed', { id: 'admin.state.failed' }) };
    case 'expired':
      return { tone: 'warn', text: msg('Expired', { id: 'admin.state.expired' }) };
    case 'superseded':
      return { tone: 'off', text: msg('Replaced', { id: 'admin.state.superseded' }) };
    case 'cancelled':
      return { tone: 'off', text: msg('Cancelled', { id: 'admin.state.cancelled' }) };
  }
}
