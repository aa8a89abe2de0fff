import { describe, expect, it } from 'vitest';
import type { CommandProgress } from '../../../../shared/station/station-types.ts';
import type { StationView } from '../data/station-view.ts';
import { qrFact } from './qr.ts';

const jpeg = new Uint8Array();
const shown: CommandProgress = { stage: 'displayed', picture: {}, tookMs: 2_100 };
const view = (more: Partial<StationView> = {}, progress: CommandProgress = shown) => ({
  qr: { commandId: 'c1', type: 'display_qr', progress } as const,
  screen: { screen: 'qr', commandId: 'c1', jpeg } as const,
  display: { state: 'ready' } as StationView['display'],
  ...more,
});

describe('the last QR, in words', () => {
  it('is on the display while the display says so', () => {
    expect(qrFact(view())).toMatchObject({ tone: 'good', word: 'On the display' });
  });

  it('was on the display, with nothing green about it, once the cable is pulled', () => {
    const unplugged = qrFact(view({ display: { state: 'unplugged', cause: 'lost' }, screen: undefined }));
    expect(unplugged).toMatchObject({ tone: 'warn', word: 'Was on the display' });
    expect(unplugged.detail).toMatch(/unplugged/);
  });

  it.each(['connecting', 'recovering', 'error'] as const)('was on the display while that is %s', (state) => {
    expect(qrFact(view({ display: { state } }))).toMatchObject({ tone: 'warn', word: 'Was on the display' });
  });

  it('was on the display while something else is there', () => {
    expect(qrFact(view({ screen: { screen: 'test', jpeg } })).tone).toBe('warn');
    expect(qrFact(view({ screen: undefined })).tone).toBe('warn');
  });

  it('is said to be removed once it is, whatever the cable does', () => {
    const over = view({ display: { state: 'unplugged' } }, { stage: 'cleared', reason: 'timeout' });
    expect(qrFact(over)).toMatchObject({ tone: 'off', word: 'Removed' });
  });
});
