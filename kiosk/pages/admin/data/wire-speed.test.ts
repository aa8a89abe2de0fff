import { describe, expect, it } from 'vitest';
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import { SLOWEST, sendingMs, wireSpeedOf } from './wire-speed.ts';

const shown = (bytes: number, tookMs: number, type: AdminCommand['type'] = 'display_qr') =>
  ({
    type,
    picture: { bytes },
    uploading_at: '2026-11-30T10:00:00.000Z',
    displayed_at: new Date(Date.parse('2026-11-30T10:00:00.000Z') + tookMs).toISOString(),
  }) as AdminCommand;

describe('the speed of the wire to a display', () => {
  it('is the slowest until a QR was shown', () => {
    expect(wireSpeedOf([])).toEqual(SLOWEST);
    expect(wireSpeedOf([shown(3_000, 300, 'test_card')])).toEqual(SLOWEST);
    expect(wireSpeedOf([{ type: 'display_qr', picture: { bytes: 3_000 } } as AdminCommand])).toEqual(SLOWEST);
  });

  it.each([
    [3_840, 4_000, 9_600],
    [3_800, 420, 115_200],
    [3_800, 45, 921_600],
  ])('%i bytes within %i ms are %i baud', (bytes, tookMs, baudRate) => {
    const speed = wireSpeedOf([shown(bytes, tookMs)]);
    expect(speed).toMatchObject({ baudRate, by: 'measured' });
    expect(sendingMs(bytes, speed)).toBeCloseTo(tookMs);
  });

  it('is what most of the last codes took: one that hung does not count', () =>
    expect(wireSpeedOf([shown(960, 30_000), shown(960, 1_000), shown(960, 1_010)]).bytesPerSecond).toBeCloseTo(
      950.5,
      1,
    ));
});
