/** Commands, their stages and their ends. */
import { msg, str } from '@lit/localize';
import type { QrEnd } from '../../../../shared/wire/admin/history.ts';
import type { CommandType } from '../../../../shared/wire/commands.ts';
import type { PictureFacts } from '../../../../shared/wire/picture.ts';
import type { StageName } from '../data/stages.ts';

export function typeWord(type: CommandType): string {
  switch (type) {
    case 'display_qr':
      return msg('QR code', { id: 'admin.type.display_qr' });
    case 'start_rotation':
      return msg('Take the QR off', { id: 'admin.type.start_rotation' });
    case 'show_paid':
      return msg('“Paid” screen', { id: 'admin.type.show_paid' });
    case 'test_card':
      return msg('Test card', { id: 'admin.type.test_card' });
    case 'identify':
      return msg('Identify', { id: 'admin.type.identify' });
    case 'show_message':
      return msg('Message', { id: 'admin.type.show_message' });
    case 'check_display':
      return msg('Check', { id: 'admin.type.check_display' });
  }
}

export function stageWord(stage: StageName): string {
  switch (stage) {
    case 'created':
      return msg('Posted', { id: 'admin.stage.created' });
    case 'delivered':
      return msg('Handed out', { id: 'admin.stage.delivered' });
    case 'received':
      return msg('Taken', { id: 'admin.stage.received' });
    case 'uploading':
      return msg('Sending', { id: 'admin.stage.uploading' });
    case 'displayed':
      return msg('On the display', { id: 'admin.stage.displayed' });
    case 'ended':
      return msg('Over', { id: 'admin.stage.ended' });
  }
}

/** What is known of the picture that went to the display, a few words each. */
export function pictureFacts(picture: PictureFacts, number: Intl.NumberFormat): string[] {
  const { bytes, caption, module_px, note, over_budget, verified, version } = picture;
  return [
    bytes === undefined ? '' : msg(str`${number.format(bytes)} bytes`, { id: 'admin.picture.fact.bytes' }),
    version === undefined ? '' : msg(str`version ${version}`, { id: 'admin.picture.fact.version' }),
    module_px === undefined
      ? ''
      : msg(str`${number.format(module_px)} pixels a square`, { id: 'admin.picture.fact.px' }),
    verified === true ? msg('read back before it was sent', { id: 'admin.picture.fact.verified' }) : '',
    verified === false ? msg('not read back', { id: 'admin.picture.fact.unverified' }) : '',
    caption === false ? msg('without name and amount', { id: 'admin.picture.fact.no_caption' }) : '',
    caption === 'amount' ? msg('without the name', { id: 'admin.picture.fact.amount_only' }) : '',
    over_budget === true ? msg('longer than its time', { id: 'admin.picture.fact.over_budget' }) : '',
    note ?? '',
  ].filter(Boolean);
}

/** The ends that a list of QR codes is narrowed to. */
export function endWord(end: QrEnd): string {
  switch (end) {
    case 'paid':
      return msg('Paid', { id: 'admin.history.paid' });
    case 'paid_reported':
      return msg('Paid, by the agent', { id: 'admin.history.paid_reported' });
    case 'not_paid':
      return msg('Not paid', { id: 'admin.history.not_paid' });
    case 'replaced':
      return msg('Replaced', { id: 'admin.history.superseded' });
    case 'failed':
      return msg('Failed', { id: 'admin.history.failed' });
    case 'expired':
      return msg('Expired', { id: 'admin.history.expired' });
    case 'cancelled':
      return msg('Cancelled', { id: 'admin.history.cancelled' });
  }
}

/** Why a command ended; a reason of a newer relay is shown as it is. */
export function reasonWord(reason: string): string {
  switch (reason) {
    case 'paid':
      return msg('paid', { id: 'admin.reason.paid' });
    case 'paid_reported':
      return msg('paid, as the agent said', { id: 'admin.reason.paid_reported' });
    case 'cancelled':
      return msg('payment cancelled', { id: 'admin.reason.cancelled' });
    case 'closed':
      return msg('closed by the web app', { id: 'admin.reason.closed' });
    case 'timeout':
      return msg('its time was over', { id: 'admin.reason.timeout' });
    case 'replaced':
      return msg('another QR took its place', { id: 'admin.reason.replaced' });
    case 'disconnected':
      return msg('the display was unplugged', { id: 'admin.reason.disconnected' });
    case 'done':
      return msg('done', { id: 'admin.reason.done' });
    case 'unreported':
      return msg('handed out, but never reported', { id: 'admin.reason.unreported' });
    case 'display_unplugged':
      return msg('no display was plugged in', { id: 'admin.reason.display_unplugged' });
    case 'display_failed':
      return msg('the display did not take the picture', { id: 'admin.reason.display_failed' });
    case 'bad_picture':
      return msg('no picture could be made of it', { id: 'admin.reason.bad_picture' });
    case 'device_removed':
      return msg('the display was removed', { id: 'admin.reason.device_removed' });
    case 'expired_undelivered':
      return msg('nobody took it in time', { id: 'admin.reason.expired_undelivered' });
    case 'superseded_by_newer':
      return msg('a newer QR came before it was taken', { id: 'admin.reason.superseded_by_newer' });
    case 'cancelled_by_app':
      return msg('called off by the web app', { id: 'admin.reason.cancelled_by_app' });
    case 'cancelled_by_admin':
      return msg('called off by an admin', { id: 'admin.reason.cancelled_by_admin' });
    default:
      return reason;
  }
}
