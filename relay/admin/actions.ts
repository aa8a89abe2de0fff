/** What an admin does to a display or a command. */
import { AdminChanged, AdminQueued, MessageBody, RenameBody } from '../../shared/wire/admin/actions.ts';
import { PictureSettings } from '../../shared/wire/picture.ts';
import * as v from 'valibot';
import type { Caller } from '../auth/auth.ts';
import type { CommandType } from '../../shared/wire/commands.ts';
import type { DeviceChange } from '../core/devices.ts';
import { Removed, CommandStatusAnswer } from '../routes/response-schemas.ts';
import { factsOf } from './fleet.ts';
import { route, type Deps, type Route } from '../routes/route.ts';
import { wholeDeviceView } from '../fleet/views.ts';

const ADMIN = ['admin'] as const;
/** An admin stands beside the display or is on the phone with somebody who does; nobody waits longer. */
const ACTION_TTL_MS = 60_000;
/** A check takes two minutes at most, and its time must not be over before it is. */
const CHECK_TTL_MS = 180_000;
/** Long enough to be read from where a customer stands. */
const MESSAGE_SECONDS = 30;
const REENROL_MS = 15 * 60_000;

/** Only what is given changes. */
const SettingsBody = v.strictObject(v.partial(PictureSettings).entries);

interface Asked {
  readonly text?: string;
  readonly displayMs?: number;
  readonly ttlMs?: number;
}

async function show(
  deviceId: string,
  type: CommandType,
  { text, displayMs, ttlMs = ACTION_TTL_MS }: Asked,
  { store }: Deps,
) {
  const { commandId, deviceOnline } = await store.enqueue({
    target: { kind: 'device', id: deviceId },
    content: { type, hasPicture: false, ...(text === undefined ? {} : { text }) },
    ttlMs,
    ...(displayMs === undefined ? {} : { displayMs }),
  });
  return {
    success: true,
    device_id: deviceId,
    command_id: commandId,
    device_online: deviceOnline,
  } satisfies AdminQueued;
}

async function changed(deviceId: string, { fleet, store }: Deps) {
  return {
    success: true,
    device: wholeDeviceView(await factsOf(deviceId, store), fleet.viewContext()),
  } satisfies AdminChanged;
}

async function change(deviceId: string, asked: DeviceChange, { by }: Caller, deps: Deps) {
  await deps.store.changeDevice(deviceId, asked, by);
  return changed(deviceId, deps);
}

const idOf = (params: Readonly<Record<string, string>>): string => params['device_id'] ?? '';

export const adminActionRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/device/:device_id/test',
    access: ADMIN,
    answer: AdminQueued,
    summary: 'Shows the test card.',
    errors: ['unknown_device', 'unsupported_by_display', 'queue_full'],
    handle: ({ params, deps }) => show(idOf(params), 'test_card', {}, deps),
  }),
  route({
    method: 'post',
    path: '/device/:device_id/identify',
    access: ADMIN,
    answer: AdminQueued,
    summary: 'Shows the name of the display, large, so that a person finds it.',
    errors: ['unknown_device', 'unsupported_by_display', 'queue_full'],
    async handle({ params, deps }) {
      const { device } = await factsOf(idOf(params), deps.store);
      return show(device.deviceId, 'identify', { text: device.computerName }, deps);
    },
  }),
  route({
    method: 'post',
    path: '/device/:device_id/message',
    access: ADMIN,
    answer: AdminQueued,
    summary: 'Shows a line of text for `display_seconds`; customers can read it.',
    body: MessageBody,
    errors: ['unknown_device', 'unsupported_by_display', 'queue_full'],
    handle: ({ params, body, deps }) =>
      show(
        idOf(params),
        'show_message',
        { text: body.text, displayMs: (body.display_seconds ?? MESSAGE_SECONDS) * 1000 },
        deps,
      ),
  }),
  route({
    method: 'post',
    path: '/device/:device_id/check',
    access: ADMIN,
    answer: AdminQueued,
    summary:
      'Finds out what the display is and can do, in at most two minutes with harmless commands; what was found stands in the command’s `picture.check`.',
    errors: ['unknown_device', 'unsupported_by_display', 'queue_full'],
    handle: ({ params, deps }) => show(idOf(params), 'check_display', { ttlMs: CHECK_TTL_MS }, deps),
  }),
  route({
    method: 'post',
    path: '/device/:device_id/release',
    access: ADMIN,
    answer: AdminQueued,
    summary: 'Takes whatever QR is there off the display and out of its queue; the link stays.',
    errors: ['unknown_device'],
    async handle({ params, deps: { store } }) {
      const { deviceId, commandId } = await store.startRotation({ kind: 'device', id: idOf(params) }, 'closed');
      const online = await store.isOnline(deviceId);
      return { success: true, device_id: deviceId, command_id: commandId, device_online: online };
    },
  }),
  route({
    method: 'post',
    path: '/device/:device_id/rename',
    access: ADMIN,
    answer: AdminChanged,
    summary: 'Gives the display another computer name.',
    body: RenameBody,
    errors: ['unknown_device'],
    handle: ({ caller, params, body, deps }) =>
      change(idOf(params), { kind: 'rename', computerName: body.computer_name }, caller, deps),
  }),
  route({
    method: 'post',
    path: '/device/:device_id/settings',
    access: ADMIN,
    answer: AdminChanged,
    summary: 'Changes how pictures are made for this display; what is not given stays.',
    body: SettingsBody,
    errors: ['unknown_device'],
    handle: ({ caller, params, body, deps }) =>
      change(idOf(params), { kind: 'settings', settings: given(body) }, caller, deps),
  }),
  route({
    method: 'post',
    path: '/device/:device_id/unlink',
    access: ADMIN,
    answer: AdminChanged,
    summary: 'Frees the display from its agent, and takes the agent’s QR off it.',
    errors: ['unknown_device'],
    async handle({ caller, params, deps }) {
      await deps.store.unlinkDevice(idOf(params), caller.by);
      return changed(idOf(params), deps);
    },
  }),
  route({
    method: 'post',
    path: '/device/:device_id/revoke',
    access: ADMIN,
    answer: AdminChanged,
    summary: 'Voids the display’s token at once; it stays away until an admin lets it enrol again.',
    errors: ['unknown_device'],
    handle: ({ caller, params, deps }) => change(idOf(params), { kind: 'revoke' }, caller, deps),
  }),
  route({
    method: 'post',
    path: '/device/:device_id/allow_reenrol',
    access: ADMIN,
    answer: AdminChanged,
    summary:
      'For 15 minutes the display may register with an enrol key alone, for instance after its browser was reset.',
    errors: ['unknown_device'],
    handle: ({ caller, params, deps }) =>
      change(idOf(params), { kind: 'allow_reenrol', forMs: REENROL_MS }, caller, deps),
  }),
  route({
    method: 'delete',
    path: '/device/:device_id',
    access: ADMIN,
    answer: Removed,
    summary: 'Forgets the display with its link; its open commands fail, the history stays.',
    errors: ['unknown_device'],
    async handle({ caller, params, deps: { store } }) {
      await store.removeDevice(idOf(params), caller.by);
      return { success: true, device_id: idOf(params) };
    },
  }),
  route({
    method: 'post',
    path: '/command/:command_id/retry',
    access: ADMIN,
    answer: CommandStatusAnswer,
    summary: 'Makes a command that is not on the display ready to be handed out at once.',
    errors: ['unknown_command', 'command_ended'],
    async handle({ params, deps: { store } }) {
      const commandId = params['command_id'] ?? '';
      await store.retry(commandId);
      const { state, reason } = await store.command(commandId);
      return { success: true, command_id: commandId, state, reason };
    },
  }),
];

/** Optional entries of a schema may be undefined; a change has only those that are there. */
function given(settings: v.InferOutput<typeof SettingsBody>): Partial<PictureSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
