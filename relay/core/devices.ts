/** Displays come, are renamed, and go. */
import { ApiError } from '../../shared/wire/errors.ts';
import type { PictureSettings } from '../../shared/wire/picture.ts';
import { useApprovedEnrolment } from './enrolment.ts';
import { deviceOf } from './resolve-target.ts';
import { endCommand } from './end-command.ts';
import { nameKey } from './links.ts';
import type { AuditEntry, DeviceRecord } from './records.ts';
import { releaseLink } from './clearing.ts';
import { dayOf, type Tx } from './transaction.ts';

export interface RegisterInput {
  readonly deviceId: string;
  readonly computerName: string;
  readonly comPort: string | null;
  readonly version: string | null;
  readonly system?: string;
  readonly kind: DeviceRecord['kind'];
  /** Hash of the token that the device presented, if any. */
  readonly presentedHash: string | null;
  /** Hash of the token that it gets when it needs a new one. */
  readonly newHash: string;
  /** The device made that token itself, and may have got it before, in an answer that was lost. */
  readonly isItsOwnIdea?: boolean;
  /** Whether the caller's key is good for displays that the relay does not know yet. */
  readonly mayEnrol: boolean;
  /** An admin's key needs no proof that the device is the same. */
  readonly mayReEnrol: boolean;
  /** An approved request, good once and for its own device; `presentedHash` is then its secret. */
  readonly requestId?: string;
}

/**
 * Upsert. `displays`: how many there are, perhaps without those that register at this very moment.
 * `isNewToken`: the answer carries the token of `newHash`; otherwise the device keeps the one that it presented.
 */
export function register(tx: Tx, input: RegisterInput, displays: number): { readonly isNewToken: boolean } {
  const { deviceId, computerName, presentedHash } = input;
  const known = tx.get('device', deviceId);
  const showsItsToken = known?.tokenHash != null && known.tokenHash === presentedHash;
  const asksAgain = known?.tokenHash != null && input.isItsOwnIdea === true && known.tokenHash === input.newHash;
  const isItself = showsItsToken || asksAgain;
  const isApproved = !isItself && useApprovedEnrolment(tx, input);
  if (!isItself && !input.mayEnrol && !isApproved)
    throw new ApiError('unauthorized', 'Registering a display needs an enrol key, or the token of this very display.');
  // Whom an admin approved takes the place of a display that was revoked, never of one that works.
  const isFree = isApproved && known?.tokenHash === null;
  const reEnrolled = known && !isItself && (input.mayReEnrol || isFree || known.reenrolUntil > tx.now);
  if (known && !isItself && !reEnrolled)
    throw new ApiError(
      'device_exists',
      'A display with this id is registered already. It must send its own device_token, or an admin must allow it to enrol again.',
    );
  if (!known) checkRoom(tx, input, { displays, isByAdmin: isApproved || input.mayReEnrol });
  const base: DeviceRecord = known ?? {
    deviceId,
    computerName,
    comPort: null,
    version: null,
    kind: 'other',
    tokenHash: null,
    reenrolUntil: 0,
    registeredAt: tx.now,
    seenAt: tx.now,
    link: null,
    pairingCode: null,
    open: [],
    settings: {},
    counts: { day: dayOf(tx.now), qrToday: 0, errorsToday: 0, shownToday: 0, shownMsToday: 0, qrTotal: 0 },
  };
  // An admin's new name for a display is kept when its kiosk registers under the old one again.
  const device: DeviceRecord = {
    ...base,
    comPort: input.comPort ?? base.comPort,
    version: input.version ?? base.version,
    ...(input.system === undefined ? {} : { system: input.system }),
    kind: input.kind,
    tokenHash: isItself ? base.tokenHash : input.newHash,
    reenrolUntil: 0,
    seenAt: tx.now,
  };
  tx.put('device', deviceId, device);
  if (!known) {
    addName(tx, computerName, deviceId);
    tx.audit({ action: 'registered', deviceId, agentId: null, by: 'device', note: computerName });
  } else if (reEnrolled) {
    tx.audit({ action: 're_enrolled', deviceId, agentId: null, by: 'device', note: null });
  }
  return { isNewToken: !showsItsToken };
}

/**
 * Who has the name of a PC is sent its QR codes, so a second one of a name comes by an admin only: an enrol key is
 * known at every set-up. The caps keep a stolen key from filling the disk.
 */
function checkRoom(
  tx: Tx,
  { computerName }: RegisterInput,
  { displays, isByAdmin }: { readonly displays: number; readonly isByAdmin: boolean },
): void {
  const ofName = tx.get('name', nameKey(computerName))?.deviceIds.length ?? 0;
  if (ofName > 0 && !isByAdmin)
    throw new ApiError(
      'name_taken',
      `${computerName} is registered already. An admin must let this display in (POST /enrol), or remove the other one first.`,
    );
  const { maxDisplays, maxDisplaysPerName } = tx.rules;
  if (ofName >= maxDisplaysPerName)
    throw new ApiError(
      'too_many_displays',
      `${ofName} displays are registered as ${computerName}, the most that MAX_DISPLAYS_PER_NAME allows; remove those that are gone on the admin page.`,
      { setting: 'MAX_DISPLAYS_PER_NAME' },
    );
  if (displays >= maxDisplays)
    throw new ApiError(
      'too_many_displays',
      `${displays} displays are registered, the most that MAX_DISPLAYS allows; remove those that are gone on the admin page, or raise it.`,
      { setting: 'MAX_DISPLAYS' },
    );
}

function addName(tx: Tx, computerName: string, deviceId: string): void {
  const deviceIds = tx.get('name', nameKey(computerName))?.deviceIds ?? [];
  tx.put('name', nameKey(computerName), { deviceIds: [...deviceIds, deviceId] });
}

function dropName(tx: Tx, computerName: string, deviceId: string): void {
  const deviceIds = (tx.get('name', nameKey(computerName))?.deviceIds ?? []).filter((id) => id !== deviceId);
  if (deviceIds.length > 0) tx.put('name', nameKey(computerName), { deviceIds });
  else tx.drop('name', nameKey(computerName));
}

export type DeviceChange =
  | { readonly kind: 'rename'; readonly computerName: string }
  | { readonly kind: 'settings'; readonly settings: Partial<PictureSettings> }
  /** The token is void; only an admin's leave brings the display back. */
  | { readonly kind: 'revoke' }
  | { readonly kind: 'allow_reenrol'; readonly forMs: number };

export function changeDevice(tx: Tx, deviceId: string, change: DeviceChange, by: string): DeviceRecord {
  const device = deviceOf(tx, { kind: 'device', id: deviceId });
  const audit = (action: AuditEntry['action'], note: string | null): void =>
    tx.audit({ action, deviceId, agentId: device.link?.agentId ?? null, by, note });
  const put = (changed: DeviceRecord): DeviceRecord => {
    tx.put('device', deviceId, changed);
    return changed;
  };
  switch (change.kind) {
    case 'rename':
      dropName(tx, device.computerName, deviceId);
      addName(tx, change.computerName, deviceId);
      audit('renamed', `${device.computerName} to ${change.computerName}`);
      return put({ ...device, computerName: change.computerName });
    case 'settings':
      audit('settings_changed', JSON.stringify(withoutPicture(change.settings)));
      return put({ ...device, settings: { ...device.settings, ...change.settings } });
    case 'revoke':
      audit('revoked', null);
      return put({ ...device, tokenHash: null, reenrolUntil: 0 });
    case 'allow_reenrol':
      audit('reenrol_allowed', null);
      return put({ ...device, reenrolUntil: tx.now + change.forMs });
  }
}

/** The display is forgotten; what was open for it ends as failed. */
export function removeDevice(tx: Tx, deviceId: string, by: string): void {
  let device = deviceOf(tx, { kind: 'device', id: deviceId });
  tx.audit({ action: 'removed', deviceId, agentId: device.link?.agentId ?? null, by, note: device.computerName });
  for (let command = device.open[0]; command; command = device.open[0])
    device = endCommand(tx, device, command, { state: 'failed', reason: 'device_removed' });
  releaseLink(tx, device);
  dropName(tx, device.computerName, deviceId);
  if (device.pairingCode !== null) tx.drop('pair', device.pairingCode);
  tx.drop('device', deviceId);
}

/** The audit says that the logo changed, not every byte of it. */
function withoutPicture({ idle_logo, ...settings }: Partial<PictureSettings>): Readonly<Record<string, unknown>> {
  return idle_logo === undefined ? settings : { ...settings, idle_logo: idle_logo === '' ? 'none' : 'changed' };
}
