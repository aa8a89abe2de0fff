/** How a command ended, in the words of the history: each ended command is one of these. */
import type { AdminDayRow } from '../../shared/wire/admin/history.ts';
import type { EndedCommand } from '../core/records.ts';

export type EndColumn = keyof Pick<
  AdminDayRow,
  'paid' | 'paid_reported' | 'not_paid' | 'replaced' | 'failed' | 'expired' | 'superseded' | 'cancelled'
>;

export function endOf({ state, reason }: Pick<EndedCommand, 'state' | 'reason'>): EndColumn {
  if (reason === 'paid' || reason === 'paid_reported') return reason;
  if (state !== 'cleared') return state;
  return reason === 'replaced' ? 'replaced' : 'not_paid';
}
