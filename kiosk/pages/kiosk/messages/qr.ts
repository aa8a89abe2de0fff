/** The last QR in an agent's words. */
import { msg, str } from '@lit/localize';
import type { ClearReason, FailReason } from '../../../../shared/wire/commands.ts';
import type { CommandProgress } from '../../../../shared/station/station-types.ts';
import { isCovered, type StationView } from '../data/station-view.ts';
import { secondsOf } from './numbers.ts';
import type { PictureFacts } from '../../../../shared/wire/picture.ts';
import { isWorrying, refusalWords, remarksOn } from '../../../../shared/station/picture-words.ts';
import { currentLocale } from '../locales/localization.ts';
import type { Fact } from './tone.ts';

/** A QR counts as on the display only while the display confirms it: without the cable nobody sees it. */
export function qrFact({
  qr,
  screen,
  display,
  waiting,
}: Pick<StationView, 'qr' | 'screen' | 'display' | 'waiting'>): Fact {
  if (waiting > 0 && !isAnswering(display))
    return {
      tone: 'warn',
      word:
        waiting === 1
          ? msg('1 QR waits for the display', { id: 'qr.waits.one' })
          : msg(str`${waiting} QR codes wait for the display`, { id: 'qr.waits.more' }),
      detail: msg('It is sent when the display is back', { id: 'qr.waits.detail' }),
    };
  if (!qr)
    return screen?.screen === 'qr' && isAnswering(display)
      ? {
          tone: 'good',
          word: msg('On the display', { id: 'qr.displayed' }),
          detail: msg('It was there before this page started', { id: 'qr.displayed.before' }),
        }
      : {
          tone: 'off',
          word: msg('None yet', { id: 'qr.none' }),
          detail: msg('Waiting for the first QR', { id: 'qr.none.detail' }),
        };
  const { progress } = qr;
  if (isUnderWay(progress) && (display.state === 'unplugged' || display.state === 'error'))
    return {
      tone: 'warn',
      word: msg('Waits for the display', { id: 'qr.waits' }),
      detail: msg('It is sent when the display is back', { id: 'qr.waits.detail' }),
    };
  switch (progress.stage) {
    case 'received':
    case 'preparing':
      return {
        tone: 'busy',
        word: msg('Arrived', { id: 'qr.received' }),
        detail: msg('Preparing the picture', { id: 'qr.received.detail' }),
      };
    case 'uploading':
      return {
        tone: 'busy',
        word: msg(str`Sending ${percent(progress)} %`, { id: 'qr.uploading' }),
        detail:
          progress.attempt > 1
            ? msg(str`Attempt ${progress.attempt}`, { id: 'qr.uploading.again' })
            : msg(str`About ${secondsLeft(progress.remainingMs)} s left`, { id: 'qr.uploading.left' }),
      };
    case 'displayed':
      if (isAnswering(display) && isCovered(screen, qr))
        return {
          tone: 'warn',
          word: msg('Covered for a moment', { id: 'qr.covered' }),
          detail: msg('Something else is shown. The QR comes back by itself', { id: 'qr.covered.detail' }),
        };
      if (screen?.commandId !== qr.commandId || !isAnswering(display))
        return {
          tone: 'warn',
          word: msg('Was on the display', { id: 'qr.away' }),
          detail:
            display.state === 'unplugged'
              ? msg('The display was unplugged. A QR that is still wanted comes back', { id: 'qr.away.unplugged' })
              : msg('A QR that is still wanted comes back by itself', { id: 'qr.away.detail' }),
        };
      return {
        tone: isWorrying(progress.picture) ? 'warn' : 'good',
        word: msg('On the display', { id: 'qr.displayed' }),
        detail: withRemarks(
          msg(str`Shown after ${secondsOf(progress.tookMs)} s`, { id: 'qr.displayed.detail' }),
          progress.picture,
        ),
      };
    case 'cleared':
      if (progress.reason === 'paid')
        return {
          tone: 'good',
          word: msg('Paid', { id: 'qr.paid' }),
          detail:
            qr.amount === undefined
              ? msg('Removed from the display', { id: 'qr.paid.detail' })
              : msg(str`${qr.amount}, removed from the display`, { id: 'qr.paid.amount' }),
        };
      return { tone: 'off', word: msg('Removed', { id: 'qr.cleared' }), detail: clearedBecause(progress.reason) };
    case 'failed':
      return {
        tone: 'bad',
        word: msg('Not shown', { id: 'qr.failed' }),
        detail: refusalOf(progress) ?? failedBecause(progress.reason),
      };
  }
}

const isAnswering = ({ state }: StationView['display']): boolean => state === 'ready' || state === 'uploading';

const isUnderWay = ({ stage }: CommandProgress): boolean =>
  stage === 'received' || stage === 'preparing' || stage === 'uploading';

export function percent(progress: { readonly sentBytes: number; readonly totalBytes: number }): number {
  return progress.totalBytes === 0 ? 0 : Math.floor((100 * progress.sentBytes) / progress.totalBytes);
}

const secondsLeft = (remainingMs: number): number => Math.max(1, Math.ceil(remainingMs / 1000));

function clearedBecause(reason: ClearReason): string {
  switch (reason) {
    case 'paid':
    case 'paid_reported':
      return msg('Paid', { id: 'cleared.paid' });
    case 'cancelled':
      return msg('Payment cancelled', { id: 'cleared.cancelled' });
    case 'closed':
      return msg('Closed by the web app', { id: 'cleared.closed' });
    case 'timeout':
      return msg('Its time was over', { id: 'cleared.timeout' });
    case 'replaced':
      return msg('Another QR took its place', { id: 'cleared.replaced' });
    case 'disconnected':
      return msg('The display was disconnected', { id: 'cleared.disconnected' });
    case 'done':
      return msg('Done', { id: 'cleared.done' });
  }
}

function withRemarks(detail: string, picture: PictureFacts): string {
  const remarks = remarksOn(picture, currentLocale());
  return remarks.length === 0 ? detail : `${detail}. ${remarks.join(' ')}`;
}

const refusalOf = ({ note }: { readonly note?: string }): string | undefined =>
  note === undefined ? undefined : refusalWords(note, currentLocale());

function failedBecause(reason: FailReason): string {
  switch (reason) {
    case 'unreported':
      return msg('The relay heard nothing of it in time', { id: 'failed.unreported' });
    case 'display_unplugged':
      return msg('The display was not connected in time', { id: 'failed.display_unplugged' });
    case 'display_failed':
      return msg('The display would not take the picture', { id: 'failed.display_failed' });
    case 'bad_picture':
      return msg('The web app sent no usable QR', { id: 'failed.bad_picture' });
    case 'device_removed':
      return msg('This display was removed by IT', { id: 'failed.device_removed' });
  }
}
