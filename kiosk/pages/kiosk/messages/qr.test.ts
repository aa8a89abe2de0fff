import { describe, expect, it } from 'vitest';
import type { CommandProgress } from '../../../../shared/station/station-types.ts';
import type { PictureFacts } from '../../../../shared/wire/picture.ts';
import type { StationView } from '../data/station-view.ts';
import { qrFact } from './qr.ts';
import type { Tone } from './tone.ts';

const jpeg = new Uint8Array();
const shown: CommandProgress = { stage: 'displayed', picture: {}, tookMs: 2_100 };
const view = (more: Partial<StationView> = {}, progress: CommandProgress = shown) => ({
  qr: { commandId: 'c1', type: 'display_qr', progress } as const,
  screen: { screen: 'qr', commandId: 'c1', jpeg } as const,
  display: { state: 'ready' } as StationView['display'],
  waiting: 0,
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
    expect(qrFact(view({ screen: { screen: 'idle', jpeg } }))).toMatchObject({
      tone: 'warn',
      word: 'Was on the display',
    });
    expect(qrFact(view({ screen: undefined })).tone).toBe('warn');
  });

  it('is covered while a test card is there, and comes back by itself', () => {
    const covered = qrFact(view({ screen: { screen: 'test', jpeg } }));
    expect(covered).toMatchObject({ tone: 'warn', word: 'Covered for a moment' });
    expect(covered.detail).toMatch(/comes back/);
  });

  it('is on the display after a reload or a takeover, too, although this page has not seen it come', () => {
    const { qr: _unseen, ...before } = view();
    expect(qrFact(before)).toMatchObject({ tone: 'good', word: 'On the display' });
    expect(qrFact({ ...before, display: { state: 'unplugged' } })).toMatchObject({ word: 'None yet' });
    expect(qrFact({ display: { state: 'ready' }, waiting: 0 })).toMatchObject({ word: 'None yet' });
  });

  it('that waits at the relay for a display that is away is counted, whatever was there before', () => {
    const away = { state: 'unplugged', cause: 'lost' } as const;
    expect(qrFact({ display: away, waiting: 1 })).toMatchObject({ tone: 'warn', word: '1 QR waits for the display' });
    expect(qrFact(view({ display: away, waiting: 3 })).word).toBe('3 QR codes wait for the display');
    expect(qrFact(view({ waiting: 1 })).word).toBe('On the display');
  });

  it('is not said to be on its way for ever once the cable is pulled', () => {
    const sending: CommandProgress = {
      stage: 'uploading',
      sentBytes: 43,
      totalBytes: 100,
      attempt: 1,
      remainingMs: 1_000,
    };
    expect(qrFact(view({ display: { state: 'uploading' } }, sending)).word).toBe('Sending 43 %');
    for (const state of ['unplugged', 'error'] as const)
      expect(qrFact(view({ display: { state } }, sending))).toMatchObject({
        tone: 'warn',
        word: 'Waits for the display',
      });
  });

  it.each<readonly [PictureFacts, Tone, string]>([
    [
      { note: 'emv_malformed' },
      'warn',
      'Shown after 2.1 s. The payment code breaks off; the customer’s bank may refuse it.',
    ],
    [{ caption: 'amount' }, 'good', 'Shown after 2.1 s. The name did not fit; the amount is shown.'],
    [
      { note: 'kept_as_photo', caption: false },
      'good',
      'Shown after 2.1 s. The picture is shown as it was sent, as this site wants it. There was no room for name and amount; the code is shown alone.',
    ],
    [{ note: 'of_a_later_version' }, 'warn', 'Shown after 2.1 s'],
    [{ caption: true }, 'good', 'Shown after 2.1 s'],
  ])('%j: says in plain words what is odd about its picture', (picture, tone, detail) => {
    const fact = qrFact(view({}, { stage: 'displayed', picture, tookMs: 2_100 }));
    expect(fact).toEqual({ tone, word: 'On the display', detail });
  });

  it('that is refused for its picture says why, where that is known', () => {
    const failed = { stage: 'failed', reason: 'bad_picture', error: 'x' } as const;
    expect(qrFact(view({}, { ...failed, note: 'no_contrast' })).detail).toMatch(/of one shade/);
    expect(qrFact(view({}, failed)).detail).toBe('The web app sent no usable QR');
  });

  it('is said to be paid, not removed, when it was, with the amount where it has one', () => {
    const paid = view({}, { stage: 'cleared', reason: 'paid' });
    expect(qrFact(paid)).toMatchObject({ tone: 'good', word: 'Paid', detail: 'Removed from the display' });
    const qr = { ...paid.qr, amount: 'MUR 1,250.00' };
    expect(qrFact({ ...paid, qr })).toMatchObject({ word: 'Paid', detail: 'MUR 1,250.00, removed from the display' });
  });

  it('is said to be removed once it is, whatever the cable does', () => {
    const over = view({ display: { state: 'unplugged' } }, { stage: 'cleared', reason: 'timeout' });
    expect(qrFact(over)).toMatchObject({ tone: 'off', word: 'Removed' });
  });
});
