/** Names of the page's sections, and the heading of what is open. */
import { msg } from '@lit/localize';
import type { Device } from '../data/device.ts';
import type { Route, Section } from '../data/route.ts';

export function sectionWord(section: Section): string {
  switch (section) {
    case 'displays':
      return msg('Displays', { id: 'admin.section.displays' });
    case 'waiting':
      return msg('Waiting', { id: 'admin.section.waiting' });
    case 'qrs':
      return msg('QR codes', { id: 'admin.section.qrs' });
    case 'history':
      return msg('History', { id: 'admin.section.history' });
    case 'audit':
      return msg('Audit', { id: 'admin.section.audit' });
    case 'versions':
      return msg('Versions', { id: 'admin.section.versions' });
  }
}

export function titleOf(route: Route, devices: ReadonlyMap<string, Device>): string {
  switch (route.kind) {
    case 'displays':
      return sectionWord('displays');
    case 'display':
      return devices.get(route.deviceId)?.computer_name ?? route.deviceId;
    case 'waiting':
      return msg('Waiting to be let in', { id: 'admin.title.waiting' });
    case 'qrs':
      return msg('Single QR codes', { id: 'admin.qrs.region' });
    case 'qr':
      return msg('A QR from its post to its end', { id: 'admin.title.qr' });
    case 'history':
      return msg('History by agent and day', { id: 'admin.title.history' });
    case 'audit':
      return msg('Who did what', { id: 'admin.title.audit' });
    case 'versions':
      return sectionWord('versions');
  }
}
