/**
 * A client of the original design (`kind: other`) beside ours, and what the relay does in its place. It shows a QR that
 * comes as a picture and goes back to its rotation, one command after the other. While it works it says nothing, then
 * it reports once, in seconds. Of time it knows nothing: a picture stays until it is told to take it off.
 */
import type { CommandType } from '../../shared/wire/commands.ts';
import type { CommandContent, DeviceRecord } from './records.ts';
import type { Rules } from './transaction.ts';

type Driven = Pick<DeviceRecord, 'kind'>;

export const isOlderClient = ({ kind }: Driven): boolean => kind === 'other';

/**
 * Its largest picture, 80 KB, takes 85 s at 9600 baud; the rest is for opening the port and an answer that comes late.
 */
const OLDER_LEASE_MS = 120_000;

/** How long a command that was handed out is the display's, in milliseconds, when nothing is heard of it. */
export const leaseMsOf = ({ leaseMs }: Pick<Rules, 'leaseMs'>, device: Driven): number =>
  isOlderClient(device) ? Math.max(leaseMs, OLDER_LEASE_MS) : leaseMs;

/**
 * Up to when a display that asks for commands has missed what it did not report, wall-clock milliseconds; it may say so
 * itself (`idleAt`). An older client asks only when it is done, so what is older than an ordinary lease has been lost.
 */
export const missedBy = (
  { now, rules }: { readonly now: number; readonly rules: Pick<Rules, 'leaseMs'> },
  device: Driven,
  idleAt: number,
): number => (isOlderClient(device) ? Math.max(idleAt, now - rules.leaseMs) : idleAt);

/** The command in a word that the display knows: the tick for "paid" is idle to an older client. */
export const wordFor = (device: Driven, type: CommandType): CommandType =>
  isOlderClient(device) && type === 'show_paid' ? 'start_rotation' : type;

/** Why this display cannot carry it out, a sentence; `undefined` when it can. */
export function refusalOf(
  device: Driven,
  { type, hasPicture }: Pick<CommandContent, 'type' | 'hasPicture'>,
): string | undefined {
  if (!isOlderClient(device)) return undefined;
  switch (type) {
    case 'display_qr':
      return hasPicture
        ? undefined
        : 'The original program drives this display, and it shows pictures only: send the QR as qr_image instead of qr_text.';
    case 'start_rotation':
    case 'show_paid':
      return undefined;
    case 'test_card':
    case 'identify':
    case 'show_message':
    case 'check_display':
      return 'The original program drives this display, and it shows QR pictures only. Test cards, messages and checks need the kiosk page or the tray program on its PC.';
  }
}

const MS_PER_SECOND = 1_000;

/** `execution_time` of a report, in milliseconds. */
export const executionMsOf = (device: Driven, executionTime: number): number =>
  isOlderClient(device) ? executionTime * MS_PER_SECOND : executionTime;

/**
 * Beyond its time, a QR waits so long for an older client's word that it is off: that client may be at work on the next
 * one.
 */
export const OLDER_CLEAR_GRACE_MS = OLDER_LEASE_MS + 60_000;
/** A picture of an older client stays until it is told, so what tells it waits for a day. */
export const OLDER_CLEAR_TTL_MS = 24 * 3_600_000;
