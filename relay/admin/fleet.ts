/** The fleet as the admin page sees it: the list, the stream of changes, one display's own page. */
import { Readable } from 'node:stream';
import { AdminDeviceDetail, type AdminLogLine } from '../../shared/wire/admin/display-page.ts';
import { AdminList, ListFilter } from '../../shared/wire/admin/fleet.ts';
import type { AdminDevice } from '../../shared/wire/admin/device.ts';
import { ApiError } from '../../shared/wire/errors.ts';
import { iso } from '../core/iso-time.ts';
import { dayOf } from '../core/transaction.ts';
import type { EndedCommand } from '../core/records.ts';
import { answerCsv, csvRows } from './history.ts';
import { EventStream } from './event-stream.ts';
import type { OpenSession } from '../auth/admin-session.ts';
import type { DeviceFacts, Store } from '../store/store.ts';
import { latencyOf } from './latency.ts';
import { route, type Deps, type Route } from '../routes/route.ts';
import { auditView, deviceView, endedView, listView, openView, wholeDeviceView } from '../fleet/views.ts';

const ADMIN = ['admin'] as const;
const DAY_MS = 24 * 3_600_000;
/** Pages that are open at once; each costs a connection and its share of every event. */
const MAX_STREAMS = 100;
/** An open stream of a session that was signed out in another tab, or at another relay, ends within this time. */
const SESSION_LOOK_MS = 3_000;
/** Of a day of one display. */
const MAX_DAY_COMMANDS = 5_000;
const SHOWN_COMMANDS = 50;
const SHOWN_LOG = 100;

const DEVICE_COLUMNS = [
  'computer_name',
  'device_id',
  'kind',
  'version',
  'system',
  'com_port',
  'agent_id',
  'agent_name',
  'status',
  'display',
  'last_seen',
  'registered_at',
  'uptime',
  'qr_today',
  'qr_total',
  'errors',
  'avg_response',
  'last_error',
] as const satisfies readonly (keyof AdminDevice)[];

const deviceRow = ({ last_error, ...device }: AdminDevice) => ({ ...device, last_error: last_error?.reason ?? null });

export async function factsOf(deviceId: string, store: Store): Promise<DeviceFacts> {
  const device = await store.device(deviceId);
  if (!device) throw new ApiError('unknown_device', `No display with the id ${deviceId} is registered.`);
  return { device, presence: await store.presence(deviceId), online: await store.isOnline(deviceId) };
}

export const adminFleetRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/list',
    access: ADMIN,
    answer: AdminList,
    produces: ['text/csv'],
    summary: 'All displays with the figures of today; with format=csv as a file.',
    query: ListFilter,
    async handle({ ctx, query, deps: { fleet, notices, now, store } }) {
      const all = await store.devices();
      const context = fleet.viewContext();
      if (query.format === 'json') return listView(all, await store.enrolments(), notices.list(context.now), context);
      const rows = all.map((facts) => deviceRow(deviceView(facts, context)));
      answerCsv(ctx, `displays-${dayOf(now())}`, DEVICE_COLUMNS, Readable.from([csvRows(DEVICE_COLUMNS, rows)]));
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/events',
    access: ADMIN,
    produces: ['text/event-stream'],
    summary: 'Server-sent events: displays as they change, figures every few seconds, kiosks that wait for approval.',
    errors: ['shutting_down'],
    async handle({ ctx, deps: { fleet, longPolls, adminSession } }) {
      if (longPolls.isStopping) throw new ApiError('shutting_down', 'The relay is being stopped.');
      if (fleet.listenerCount >= MAX_STREAMS)
        throw new ApiError('rate_limited', 'Too many admin pages are open.', {}, { 'Retry-After': '10' });
      const hasSession = (await adminSession.current(ctx)) !== undefined;
      const { res } = ctx;
      ctx.respond = false;
      const stream = new EventStream(res);
      const stop = fleet.listen(stream);
      // It does not outlive the session that opened it, wherever that was signed out. A store that is away for a moment
      // says nothing about it.
      const looking = hasSession
        ? setInterval(() => void endAfter(adminSession.current(ctx), stream), SESSION_LOOK_MS)
        : undefined;
      res.once('close', () => {
        stop();
        clearInterval(looking);
      });
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/device/:device_id',
    access: ADMIN,
    answer: AdminDeviceDetail,
    summary: "A display's own page: its last 24 hours, its last commands, its log.",
    errors: ['unknown_device'],
    async handle({ params, deps }) {
      return detailOf(params['device_id'] ?? '', deps);
    },
  }),
];

async function endAfter(session: Promise<OpenSession | undefined>, stream: EventStream): Promise<void> {
  const open = await session.catch(() => 'unknown' as const);
  if (open === undefined) stream.end();
}

async function detailOf(deviceId: string, { fleet, now, store }: Deps): Promise<AdminDeviceDetail> {
  const facts = await factsOf(deviceId, store);
  const { device } = facts;
  const to = now();
  const ended = await store.history({ from: to - DAY_MS, to, deviceId, limit: MAX_DAY_COMMANDS });
  const audited = await store.audit({ from: 0, to, deviceId, limit: SHOWN_LOG });
  const shown = [...ended, ...device.open].flatMap(({ createdAt, displayedAt, type }) =>
    type === 'display_qr' && displayedAt !== undefined ? [{ createdAt, displayedAt }] : [],
  );
  const lines: AdminLogLine[] = [
    ...audited.map((entry): AdminLogLine => ({ kind: 'audit', ...auditView(entry) })),
    ...fleet
      .connectionChangesOf(deviceId)
      .map((turn): AdminLogLine => ({ kind: 'connection', at: iso(turn.at), to: turn.to })),
    ...ended.filter(({ state }) => state === 'failed').map(failureLine),
  ];
  return {
    device: wholeDeviceView(facts, fleet.viewContext()),
    heartbeat: fleet.heartbeats.of(deviceId, to),
    latency: latencyOf(shown, to),
    commands: [
      ...device.open.map((open) => openView(device, open)).reverse(),
      ...ended.slice(0, SHOWN_COMMANDS).map(endedView),
    ].slice(0, SHOWN_COMMANDS),
    log: lines.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0)).slice(0, SHOWN_LOG),
  };
}

const failureLine = ({ endedAt, commandId, reason, error }: EndedCommand): AdminLogLine => ({
  kind: 'failure',
  at: iso(endedAt),
  command_id: commandId,
  reason,
  error,
});
