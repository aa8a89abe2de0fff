/** Columns and filters of the table of displays. */
import { msg } from '@lit/localize';
import type { Column, Filter } from '../data/fleet.ts';

export function filterWord(filter: Filter): string {
  switch (filter) {
    case 'all':
      return msg('All', { id: 'admin.filter.all' });
    case 'online':
      return msg('Online', { id: 'admin.filter.online' });
    case 'offline':
      return msg('Offline', { id: 'admin.filter.offline' });
    case 'attention':
      return msg('Needs attention', { id: 'admin.filter.attention' });
    case 'linked':
      return msg('With an agent', { id: 'admin.filter.linked' });
    case 'free':
      return msg('Without an agent', { id: 'admin.filter.free' });
  }
}

export function columnWord(key: Column): string {
  switch (key) {
    case 'name':
      return msg('PC', { id: 'admin.column.name' });
    case 'agent':
      return msg('Agent', { id: 'admin.column.agent' });
    case 'relay':
      return msg('Relay', { id: 'admin.column.relay' });
    case 'usb':
      return msg('USB', { id: 'admin.column.usb' });
    case 'display':
      return msg('Display', { id: 'admin.column.display' });
    case 'last_seen':
      return msg('Last seen', { id: 'admin.column.last_seen' });
    case 'version':
      return msg('Version', { id: 'admin.column.version' });
    case 'uptime':
      return msg('Uptime', { id: 'admin.column.uptime' });
    case 'qr_today':
      return msg('QR today', { id: 'admin.column.qr_today' });
    case 'errors':
      return msg('Errors', { id: 'admin.column.errors' });
    case 'poll_gap':
      return msg('Longest gap', { id: 'admin.column.poll_gap' });
    case 'queued':
      return msg('Queue', { id: 'admin.column.queued' });
  }
}

/** What a column counts, for those whose name is too short to say. */
export function columnHint(key: Column): string {
  switch (key) {
    case 'relay':
      return msg('Whether the relay hears the kiosk or tray of this PC', { id: 'admin.hint.relay' });
    case 'usb':
      return msg('Whether the kiosk or tray sees the display on its USB port', { id: 'admin.hint.usb' });
    case 'display':
      return msg('What the display itself answers', { id: 'admin.hint.display' });
    case 'uptime':
      return msg('Share of the last 24 hours in which this PC was heard', { id: 'admin.hint.uptime' });
    case 'errors':
      return msg('QR codes that failed today', { id: 'admin.hint.errors' });
    case 'poll_gap':
      return msg('Longest time without a word from this PC in the last minutes; about 2 seconds is normal', {
        id: 'admin.hint.poll_gap',
      });
    case 'queued':
      return msg('QR codes that wait to be taken', { id: 'admin.hint.queued' });
    case 'name':
    case 'agent':
    case 'last_seen':
    case 'version':
    case 'qr_today':
      return '';
  }
}
