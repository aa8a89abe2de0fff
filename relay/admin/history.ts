/** What is over: commands, days by agent, changes of links; as JSON or as a file for a spreadsheet. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { AdminAudit, type AdminAuditEntry } from '../../shared/wire/admin/audit.ts';
import {
  AdminDays,
  CommandFilter,
  AdminHistory,
  HistoryFilter,
  MAX_HISTORY_ROWS,
  type AdminDayRow,
} from '../../shared/wire/admin/history.ts';
import type { AdminCommand } from '../../shared/wire/admin/command.ts';
import { dayOf } from '../core/transaction.ts';
import { BYTE_ORDER_MARK, csvLine, type Cell } from './csv.ts';
import { historySearch } from './history-search.ts';
import { daysOf, rangeOf, rowsOf, type Range } from './history-days.ts';
import { route, type Deps, type Route } from '../routes/route.ts';
import { auditView, endedView } from '../fleet/views.ts';
import type { HistoryQuery } from '../store/database.ts';

const ADMIN = ['admin'] as const;
const DEFAULT_ROWS = 500;

interface Asked extends Range {
  readonly deviceId?: string;
  readonly agentId?: string;
}

function askedOf(filter: HistoryFilter, { config, now }: Deps): Asked {
  return {
    ...rangeOf(filter, now(), config.historyDays),
    ...(filter.device_id === undefined ? {} : { deviceId: filter.device_id }),
    ...(filter.agent_id === undefined ? {} : { agentId: filter.agent_id }),
  };
}

function soughtOf(filter: CommandFilter): Pick<HistoryQuery, 'search' | 'before'> {
  return { search: historySearch(filter), ...(filter.before === undefined ? {} : { before: filter.before }) };
}

/** Fires when nobody waits for the answer any more: a page gives up many questions while somebody types. */
function signalOfClose(res: ServerResponse): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return gone.signal;
}

const COMMAND_COLUMNS = [
  'command_id',
  'type',
  'computer_name',
  'device_id',
  'agent_id',
  'policy_number',
  'reference',
  'amount',
  'currency',
  'state',
  'reason',
  'error',
  'deliveries',
  'execution_ms',
  'created_at',
  'delivered_at',
  'received_at',
  'uploading_at',
  'displayed_at',
  'ended_at',
] as const satisfies readonly (keyof AdminCommand)[];

const DAY_COLUMNS = [
  'day',
  'agent_id',
  'qr',
  'shown',
  'paid',
  'paid_reported',
  'not_paid',
  'replaced',
  'failed',
  'expired',
  'superseded',
  'cancelled',
  'avg_ms',
  'p95_ms',
] as const satisfies readonly (keyof AdminDayRow)[];

const AUDIT_COLUMNS = [
  'at',
  'action',
  'device_id',
  'agent_id',
  'by',
  'note',
] as const satisfies readonly (keyof AdminAuditEntry)[];

/** Rows as lines of a file, each cell under its column. */
export const csvRows = <K extends string>(
  columns: readonly K[],
  rows: readonly { readonly [column in K]?: Cell }[],
): string => rows.map((row) => csvLine(columns.map((column) => row[column]))).join('');

/** The file is written while it is read, a day at a time. */
export function answerCsv(ctx: Context, what: string, columns: readonly string[], lines: AsyncIterable<string>): void {
  ctx.set('Content-Type', 'text/csv; charset=utf-8');
  ctx.set('Content-Disposition', `attachment; filename="counterqr-${what}.csv"`);
  const whole = async function* () {
    yield BYTE_ORDER_MARK + csvLine(columns);
    yield* lines;
  };
  ctx.body = Readable.from(whole());
}

async function* commandLines(
  asked: Asked & ReturnType<typeof soughtOf>,
  limit: number,
  { store }: Deps,
): AsyncGenerator<string> {
  let left = limit;
  for (const { from, to } of daysOf(asked)) {
    if (left <= 0) return;
    const commands = await store.history({ ...asked, from, to, limit: left });
    left -= commands.length;
    yield csvRows(COMMAND_COLUMNS, commands.map(endedView));
  }
}

async function* dayRows(asked: Asked, { store }: Deps): AsyncGenerator<AdminDayRow[]> {
  for (const { day, from, to } of daysOf(asked))
    yield rowsOf(day, await store.history({ ...asked, from, to, limit: MAX_HISTORY_ROWS }));
}

async function* dayLines(asked: Asked, deps: Deps): AsyncGenerator<string> {
  for await (const rows of dayRows(asked, deps)) yield csvRows(DAY_COLUMNS, rows);
}

async function* auditLines(asked: Asked, limit: number, { store }: Deps): AsyncGenerator<string> {
  const entries = await store.audit({ ...asked, limit });
  yield csvRows(AUDIT_COLUMNS, entries.map(auditView));
}

export const adminHistoryRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/history',
    access: ADMIN,
    answer: AdminHistory,
    produces: ['text/csv'],
    summary:
      'Ended commands, newest first; with format=csv as a file. `search`, `type` and `end` find some of them, and ' +
      '`before`, the id of the last one, gives the next page.',
    query: CommandFilter,
    async handle({ ctx, query, deps }) {
      const asked = { ...askedOf(query, deps), ...soughtOf(query) };
      if (query.format === 'csv') {
        const lines = commandLines(asked, query.limit ?? MAX_HISTORY_ROWS, deps);
        answerCsv(ctx, `history-${dayOf(deps.now())}`, COMMAND_COLUMNS, lines);
        return undefined;
      }
      const limit = query.limit ?? DEFAULT_ROWS;
      const signal = signalOfClose(ctx.res);
      const commands = await deps.store.history({ ...asked, limit: limit + 1, signal });
      return {
        commands: commands.slice(0, limit).map(endedView),
        more: commands.length > limit,
      } satisfies AdminHistory;
    },
  }),
  route({
    method: 'get',
    path: '/history/days',
    access: ADMIN,
    answer: AdminDays,
    produces: ['text/csv'],
    summary: 'One row for each agent and day; with format=csv as a file.',
    query: HistoryFilter,
    async handle({ ctx, query, deps }) {
      const asked = askedOf(query, deps);
      if (query.format === 'csv') {
        answerCsv(ctx, `days-${dayOf(deps.now())}`, DAY_COLUMNS, dayLines(asked, deps));
        return undefined;
      }
      const rows: AdminDayRow[] = [];
      for await (const more of dayRows(asked, deps)) {
        rows.push(...more);
        if (rows.length >= (query.limit ?? MAX_HISTORY_ROWS)) break;
      }
      return { rows: rows.slice(0, query.limit ?? MAX_HISTORY_ROWS) } satisfies AdminDays;
    },
  }),
  route({
    method: 'get',
    path: '/audit',
    access: ADMIN,
    answer: AdminAudit,
    produces: ['text/csv'],
    summary: 'Who changed which link or display, newest first; with format=csv as a file.',
    query: HistoryFilter,
    async handle({ ctx, query, deps }) {
      const asked = askedOf(query, deps);
      if (query.format === 'csv') {
        const lines = auditLines(asked, query.limit ?? MAX_HISTORY_ROWS, deps);
        answerCsv(ctx, `audit-${dayOf(deps.now())}`, AUDIT_COLUMNS, lines);
        return undefined;
      }
      const entries = await deps.store.audit({ ...asked, limit: query.limit ?? DEFAULT_ROWS });
      return { entries: entries.map(auditView) } satisfies AdminAudit;
    },
  }),
];
