/** The days of a query, newest first, and what happened on one of them, agent by agent. */
import type { AdminDayRow, HistoryFilter } from '../../shared/wire/admin/history.ts';
import type { EndedCommand } from '../core/records.ts';
import { dayOf } from '../core/transaction.ts';
import { percentile } from './latency.ts';
import { endOf, type EndColumn } from './qr-end.ts';

export interface Span {
  readonly day: string;
  readonly from: number;
  readonly to: number;
}

/** A day's first millisecond in the relay's time zone; a full time as it is. */
function momentOf(text: string): number {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00`).getTime() : Date.parse(text);
}

function nextDay(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

function startOfDay(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export function rangeOf({ from, to }: Pick<HistoryFilter, 'from' | 'to'>, now: number, historyDays: number): Range {
  const oldest = startOfDay(now - historyDays * 24 * 3_600_000);
  const end = to === undefined ? now : /T/.test(to) ? Date.parse(to) : nextDay(momentOf(to)) - 1;
  return { from: Math.max(oldest, from === undefined ? oldest : momentOf(from)), to: Math.min(now, end) };
}

/** Each day of the range by itself, newest first, so that no more than a day is in memory at once. */
export function* daysOf({ from, to }: Range): Generator<Span> {
  for (let at = startOfDay(to); at + 26 * 3_600_000 > from && at <= to; at = startOfDay(at - 1)) {
    const span = { day: dayOf(at), from: Math.max(from, at), to: Math.min(to, nextDay(at) - 1) };
    if (span.from <= span.to) yield span;
  }
}

export function rowsOf(day: string, ended: readonly EndedCommand[]): AdminDayRow[] {
  const byAgent = new Map<string | null, EndedCommand[]>();
  for (const command of ended) {
    if (command.type !== 'display_qr') continue;
    const theirs = byAgent.get(command.agentId) ?? [];
    theirs.push(command);
    byAgent.set(command.agentId, theirs);
  }
  return [...byAgent]
    .map(([agentId, theirs]) => rowOf(day, agentId, theirs))
    .sort((one, other) => (one.agent_id ?? '').localeCompare(other.agent_id ?? '', 'en', { numeric: true }));
}

function rowOf(day: string, agentId: string | null, theirs: readonly EndedCommand[]): AdminDayRow {
  const count = (end: EndColumn): number => theirs.filter((command) => endOf(command) === end).length;
  const times = theirs
    .flatMap(({ createdAt, displayedAt }) => (displayedAt === undefined ? [] : [displayedAt - createdAt]))
    .sort((one, other) => one - other);
  return {
    day,
    agent_id: agentId,
    qr: theirs.length,
    shown: times.length,
    paid: count('paid'),
    paid_reported: count('paid_reported'),
    not_paid: count('not_paid'),
    replaced: count('replaced'),
    failed: count('failed'),
    expired: count('expired'),
    superseded: count('superseded'),
    cancelled: count('cancelled'),
    avg_ms: times.length === 0 ? null : Math.round(times.reduce((sum, time) => sum + time, 0) / times.length),
    p95_ms: percentile(times, 0.95),
  };
}
