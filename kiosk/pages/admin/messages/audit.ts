/** Who did what. */
import { msg, str } from '@lit/localize';
import type { AdminAuditEntry } from '../../../../shared/wire/admin/audit.ts';
import type { AdminLogLine } from '../../../../shared/wire/admin/display-page.ts';
import { reasonWord } from './commands.ts';
import type { Tone } from './states.ts';

export function auditWord(action: AdminAuditEntry['action']): string {
  switch (action) {
    case 'linked':
      return msg('Given to an agent', { id: 'admin.audit.linked' });
    case 'link_renewed':
      return msg('Agent logged in again', { id: 'admin.audit.link_renewed' });
    case 'taken_over':
      return msg('Taken over by another agent', { id: 'admin.audit.taken_over' });
    case 'moved':
      return msg('Agent moved to another display', { id: 'admin.audit.moved' });
    case 'unlinked':
      return msg('Taken from the agent', { id: 'admin.audit.unlinked' });
    case 'link_released':
      return msg('Freed: the agent did not come back in time', { id: 'admin.audit.link_released' });
    case 'registered':
      return msg('Registered', { id: 'admin.audit.registered' });
    case 're_enrolled':
      return msg('Registered again', { id: 'admin.audit.re_enrolled' });
    case 'renamed':
      return msg('Renamed', { id: 'admin.audit.renamed' });
    case 'revoked':
      return msg('Locked out', { id: 'admin.audit.revoked' });
    case 'reenrol_allowed':
      return msg('Allowed to register again', { id: 'admin.audit.reenrol_allowed' });
    case 'removed':
      return msg('Removed', { id: 'admin.audit.removed' });
    case 'settings_changed':
      return msg('Picture settings changed', { id: 'admin.audit.settings_changed' });
    case 'enrolment_approved':
      return msg('Let in', { id: 'admin.audit.enrolment_approved' });
    case 'enrolment_denied':
      return msg('Turned away', { id: 'admin.audit.enrolment_denied' });
    case 'store_accepted':
      return msg('Accepted that the relay’s data were lost', { id: 'admin.audit.store_accepted' });
  }
}

/** The relay's short note in words: how a display was found, what became of a name. */
export function noteWord({ action, note }: Pick<AdminAuditEntry, 'action' | 'note'>): string {
  switch (note) {
    case null:
      return '';
    case 'device':
      return msg('by its id', { id: 'admin.note.device' });
    case 'pairing_code':
      return msg('by its pairing code', { id: 'admin.note.pairing_code' });
    case 'computer_name':
      return msg('by the PC’s name', { id: 'admin.note.computer_name' });
    default:
      break;
  }
  const [, named] = /^device \((.+)\)$/.exec(note) ?? [];
  if (named !== undefined) return msg(str`by its id, named ${named}`, { id: 'admin.note.device_named' });
  switch (action) {
    case 'renamed':
      return note.replace(' to ', ' → ');
    case 'moved':
      return note.replace(/^moved to /, '→ ');
    case 'taken_over':
      return note.replace(/^taken over by /, '→ ');
    default:
      return note;
  }
}

export function byWord(by: string): string {
  const [, name] = /^admin (.+)$/.exec(by) ?? [];
  if (name !== undefined) return msg(str`${name} (admin)`, { id: 'admin.by.named' });
  switch (by) {
    case 'admin':
      return msg('an admin', { id: 'admin.by.admin' });
    case 'app':
      return msg('the web app', { id: 'admin.by.app' });
    case 'legacy':
      return msg('the original page (LEGACY_API_KEY)', { id: 'admin.by.legacy' });
    case 'agent':
      return msg('the agent', { id: 'admin.by.agent' });
    case 'device':
      return msg('the display', { id: 'admin.by.device' });
    case 'relay':
      return msg('the relay', { id: 'admin.by.relay' });
    default:
      return by;
  }
}

export interface LogWords {
  readonly tone: Tone;
  readonly text: string;
}

export function logWords(line: AdminLogLine): LogWords {
  switch (line.kind) {
    case 'connection':
      return line.to === 'online'
        ? { tone: 'good', text: msg('Came online', { id: 'admin.log.online' }) }
        : { tone: 'bad', text: msg('Went offline', { id: 'admin.log.offline' }) };
    case 'failure': {
      const why = [line.reason === null ? '' : reasonWord(line.reason), line.error ?? ''].filter(Boolean).join(' – ');
      return { tone: 'bad', text: msg(str`QR failed: ${why}`, { id: 'admin.log.failure' }) };
    }
    case 'audit': {
      const agent = line.agent_id === null ? '' : msg(str`agent ${line.agent_id}`, { id: 'admin.log.agent' });
      const by = msg(str`by ${byWord(line.by)}`, { id: 'admin.log.by' });
      return {
        tone: 'off',
        text: `${auditWord(line.action)} (${[agent, noteWord(line), by].filter(Boolean).join(', ')})`,
      };
    }
  }
}
