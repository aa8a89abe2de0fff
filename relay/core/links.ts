/** Which agent has which display. A display is taken only by its name, and from another agent only by asking for it. */
import { ApiError } from '../../shared/wire/errors.ts';
import { deviceOf } from './resolve-target.ts';
import type { DeviceRecord, Link } from './records.ts';
import { releaseLink } from './clearing.ts';
import { expireDue } from './expire.ts';
import { PAIRING_MS, type Tx } from './transaction.ts';

export type DisplayName =
  | { readonly kind: 'device'; readonly id: string }
  | { readonly kind: 'pairing_code'; readonly code: string }
  | { readonly kind: 'computer_name'; readonly name: string };

export interface LinkInput {
  readonly agentId: string;
  readonly agentName: string | null;
  readonly display: DisplayName;
  readonly takeover: boolean;
  /** An agent is not told whose a display is, and takes none over by a name that can be guessed. */
  readonly by: 'app' | 'agent' | 'legacy';
  /** What the caller calls the PC beside the display's id; it decides nothing and is kept in the audit. */
  readonly recordedName?: string | undefined;
}

export function nameKey(computerName: string): string {
  return computerName.trim().toLowerCase();
}

function deviceNamed(tx: Tx, display: DisplayName, by: LinkInput['by']): DeviceRecord {
  switch (display.kind) {
    case 'device':
      return deviceOf(tx, display);
    case 'pairing_code': {
      const pairing = tx.get('pair', display.code);
      const device = pairing && tx.get('device', pairing.deviceId);
      if (!device)
        throw new ApiError(
          'unknown_pairing_code',
          'No display shows this pairing code now. Codes live five minutes and work once; ask the display for a new one.',
        );
      return expireDue(tx, device);
    }
    case 'computer_name': {
      const ids = tx.get('name', nameKey(display.name))?.deviceIds ?? [];
      if (ids.length > 1)
        throw new ApiError(
          'ambiguous_computer_name',
          `${ids.length} displays are registered as ${display.name}; link by device_id or pairing code.`,
          by === 'agent' ? {} : { device_ids: ids },
        );
      const device = ids[0] === undefined ? undefined : tx.get('device', ids[0]);
      if (!device) throw new ApiError('unknown_device', `No display is registered as ${display.name}.`);
      return expireDue(tx, device);
    }
  }
}

export function link(tx: Tx, { agentId, agentName, display, takeover, by, recordedName }: LinkInput): DeviceRecord {
  let device = deviceNamed(tx, display, by);
  const { deviceId } = device;
  const owner = device.link;
  if (owner && owner.agentId !== agentId) {
    if (by === 'agent' && display.kind === 'computer_name') throw inUseByName();
    if (!takeover) throw inUse(deviceId, owner, by);
    device = releaseLink(tx, device);
    tx.audit({ action: 'taken_over', deviceId, agentId: owner.agentId, by, note: `taken over by ${agentId}` });
  }
  moveAway(tx, agentId, deviceId, by);
  const renewed = owner?.agentId === agentId;
  const note = recordedName === undefined ? display.kind : `${display.kind} (${recordedName})`;
  tx.audit({ action: renewed ? 'link_renewed' : 'linked', deviceId, agentId, by, note });
  if (device.pairingCode !== null && display.kind === 'pairing_code') tx.drop('pair', device.pairingCode);
  const linked: DeviceRecord = {
    ...device,
    pairingCode: display.kind === 'pairing_code' ? null : device.pairingCode,
    link: {
      agentId,
      agentName: agentName ?? (renewed ? owner.agentName : null),
      linkedAt: renewed ? owner.linkedAt : tx.now,
      expiresAt: tx.now + tx.rules.linkMs,
    },
  };
  tx.put('device', deviceId, linked);
  tx.put('agent', agentId, { deviceId });
  return linked;
}

/** An agent reads the sentence; that `takeover: true` does it, docs/api.md says. */
function inUse(deviceId: string, owner: Link, by: LinkInput['by']): ApiError {
  if (by === 'agent')
    return new ApiError(
      'device_in_use',
      'Another agent has this display. Take it over only if that agent has left this counter.',
      { device_id: deviceId },
    );
  return new ApiError(
    'device_in_use',
    `${owner.agentName ?? `Agent ${owner.agentId}`} has this display. Take it over only if that agent has left this counter.`,
    {
      device_id: deviceId,
      owner: { agent_id: owner.agentId, agent_name: owner.agentName, linked_at: new Date(owner.linkedAt) },
    },
  );
}

const inUseByName = (): ApiError =>
  new ApiError(
    'device_in_use',
    'Another agent has this display. To take it over, type the pairing code that its kiosk page shows.',
  );

/** An agent has one display: whatever other one they had is free again. */
function moveAway(tx: Tx, agentId: string, toDeviceId: string, by: string): void {
  const before = tx.get('agent', agentId);
  if (!before || before.deviceId === toDeviceId) return;
  const found = tx.get('device', before.deviceId);
  const old = found && expireDue(tx, found);
  if (old?.link?.agentId !== agentId) return;
  tx.put('device', old.deviceId, releaseLink(tx, old));
  tx.audit({ action: 'moved', deviceId: old.deviceId, agentId, by, note: `moved to ${toDeviceId}` });
}

export function unlinkAgent(tx: Tx, agentId: string, by: string): { readonly deviceId: string } {
  return unlinkDevice(tx, deviceOf(tx, { kind: 'agent', id: agentId }).deviceId, by);
}

/** Frees a display; one that nobody has stays as it is. */
export function unlinkDevice(tx: Tx, deviceId: string, by: string): { readonly deviceId: string } {
  const device = deviceOf(tx, { kind: 'device', id: deviceId });
  if (device.link) {
    tx.audit({ action: 'unlinked', deviceId, agentId: device.link.agentId, by, note: null });
    tx.put('device', deviceId, releaseLink(tx, device));
  }
  return { deviceId };
}

/** Without 0/O, 1/I/L, 2/Z, 5/S, 8/B and U/V: read from a display across a counter. */
const PAIRING_ALPHABET = 'ACDEFGHJKMNPQRTWXY34679';
const PAIRING_LENGTH = 6;

/** A new code for this display; the one before it is void. */
export function createPairing(tx: Tx, deviceId: string): { readonly code: string; readonly expiresAt: number } {
  const device = deviceOf(tx, { kind: 'device', id: deviceId });
  if (device.pairingCode !== null) tx.drop('pair', device.pairingCode);
  let code = randomCode(tx);
  while (tx.get('pair', code)) code = randomCode(tx);
  const expiresAt = tx.now + PAIRING_MS;
  tx.put('pair', code, { deviceId, expiresAt });
  tx.put('device', deviceId, { ...device, pairingCode: code, seenAt: tx.now });
  return { code, expiresAt };
}

export function randomCode(tx: Tx): string {
  return Array.from({ length: PAIRING_LENGTH }, () => PAIRING_ALPHABET[tx.randomInt(PAIRING_ALPHABET.length)]).join('');
}
