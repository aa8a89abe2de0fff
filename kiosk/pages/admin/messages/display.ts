/** A display's own page. */
import { msg } from '@lit/localize';
import type { Device } from '../data/device.ts';
import type { Pulse } from '../data/heartbeat.ts';

export function kindWord(kind: Device['kind']): string {
  switch (kind) {
    case 'kiosk':
      return msg('Kiosk (browser)', { id: 'admin.kind.kiosk' });
    case 'tray':
      return msg('Tray program', { id: 'admin.kind.tray' });
    case 'other':
      return msg('Other program', { id: 'admin.kind.other' });
  }
}

export function pulseWord(pulse: Pulse): string {
  switch (pulse) {
    case 'heard':
      return msg('Heard', { id: 'admin.pulse.heard' });
    case 'partly':
      return msg('Heard in parts', { id: 'admin.pulse.partly' });
    case 'silent':
      return msg('Silent', { id: 'admin.pulse.silent' });
    case 'unknown':
      return msg('Not known', { id: 'admin.pulse.unknown' });
  }
}
