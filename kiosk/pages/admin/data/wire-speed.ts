/** How fast the wire to a display is, by what its last QR codes took. */
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import { BITS_PER_BYTE } from '../../../../shared/wire/display.ts';

const BAUD_RATES = [9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600];
/** So many of the last codes count: the display may have been replaced by another one. */
const COUNTED = 10;

export interface WireSpeed {
  /** The standard speed that is nearest. */
  readonly baudRate: number;
  readonly bytesPerSecond: number;
  /** `assumed`: nothing was measured yet; the slowest speed is taken. */
  readonly by: 'measured' | 'assumed';
}

export const SLOWEST: WireSpeed = { baudRate: 9_600, bytesPerSecond: 9_600 / BITS_PER_BYTE, by: 'assumed' };

/** @param commands newest first */
export function wireSpeedOf(commands: readonly AdminCommand[]): WireSpeed {
  const speeds = commands.flatMap(speedOf).slice(0, COUNTED);
  const bytesPerSecond = [...speeds].sort((one, other) => one - other)[Math.floor(speeds.length / 2)];
  if (bytesPerSecond === undefined) return SLOWEST;
  const distance = (baudRate: number): number => Math.abs(Math.log((bytesPerSecond * BITS_PER_BYTE) / baudRate));
  const baudRate = BAUD_RATES.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
  return { baudRate, bytesPerSecond, by: 'measured' };
}

function speedOf({ type, picture, uploading_at, displayed_at }: AdminCommand): number[] {
  const bytes = picture?.bytes;
  if (type !== 'display_qr' || bytes === undefined || uploading_at === undefined || displayed_at === undefined)
    return [];
  const tookMs = Date.parse(displayed_at) - Date.parse(uploading_at);
  return tookMs > 0 ? [(bytes * 1_000) / tookMs] : [];
}

export const sendingMs = (bytes: number, { bytesPerSecond }: WireSpeed): number => (bytes * 1_000) / bytesPerSecond;
