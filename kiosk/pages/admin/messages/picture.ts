/** The picture settings of a display. */
import { msg } from '@lit/localize';
import type { PictureSettings } from '../../../../shared/wire/picture.ts';

export const CHOICES = {
  draw: ['picture', 'native'],
  picture: ['auto', 'redraw', 'photo'],
  size: ['auto', 'quick', 'large'],
  caption: ['auto', 'always', 'off'],
  ecc: ['L', 'M', 'Q', 'H'],
  currency_display: ['code', 'symbol'],
} as const satisfies { [K in keyof PictureSettings]?: readonly PictureSettings[K][] };
export type Choice = keyof typeof CHOICES;

/** What a setting means, for a person who knows PCs and not picture formats. */
/** Fields without a list of choices. */
type Free = 'budget_ms' | 'locale';

export function choiceHint(choice: Choice | Free): string {
  switch (choice) {
    case 'draw':
      return msg(
        'A display that draws codes by itself shows them several times sooner, in its own design. A code that it cannot draw is sent as a picture all the same, and so is everything to a display that cannot do it.',
        { id: 'admin.picture.draw.hint' },
      );
    case 'picture':
      return msg(
        'A code that is drawn anew is on the display sooner and scans better. Without exactly one code in it, a picture is shown as it was sent; with “QR codes only” it is refused.',
        { id: 'admin.picture.picture.hint' },
      );
    case 'size':
      return msg('A larger code is scanned from further away and takes longer to arrive.', {
        id: 'admin.picture.size.hint',
      });
    case 'caption':
      return msg('So that the customer sees what is being paid, and for whom.', { id: 'admin.picture.caption.hint' });
    case 'ecc':
      return msg('How much of the code may be scratched or dirty. For codes that the web app sends as text.', {
        id: 'admin.picture.ecc.hint',
      });
    case 'currency_display':
      return msg('A sign that several currencies share, such as $, may be misread.', {
        id: 'admin.picture.currency.hint',
      });
    case 'locale':
      return msg('A language tag: en, fr, en-IN, de-CH …', { id: 'admin.picture.locale.hint' });
    case 'budget_ms':
      return msg('Codes are made as large as can be sent to the display within this time.', {
        id: 'admin.picture.budget.hint',
      });
  }
}

export function choiceLabel(choice: Choice | Free): string {
  switch (choice) {
    case 'draw':
      return msg('Who draws the code', { id: 'admin.picture.draw' });
    case 'picture':
      return msg('Pictures from the web app', { id: 'admin.picture.picture' });
    case 'size':
      return msg('Size of the code', { id: 'admin.picture.size' });
    case 'caption':
      return msg('Name and amount below the code', { id: 'admin.picture.caption' });
    case 'ecc':
      return msg('Error correction', { id: 'admin.picture.ecc' });
    case 'currency_display':
      return msg('Currency on the display', { id: 'admin.picture.currency' });
    case 'locale':
      return msg('How amounts are written', { id: 'admin.picture.locale' });
    case 'budget_ms':
      return msg('Longest time to send a code, in seconds', { id: 'admin.picture.budget' });
  }
}

export function optionWord(choice: Choice, option: string): string {
  switch (`${choice} ${option}`) {
    case 'draw picture':
      return msg('This product: each code is sent as a picture', { id: 'admin.picture.draw.picture' });
    case 'draw native':
      return msg('The display itself, where it can', { id: 'admin.picture.draw.native' });
    case 'picture auto':
      return msg('Draw the QR code in them anew (recommended)', { id: 'admin.picture.picture.auto' });
    case 'picture redraw':
      return msg('QR codes only, refuse any other picture', { id: 'admin.picture.picture.redraw' });
    case 'picture photo':
      return msg('Show them as they were sent', { id: 'admin.picture.picture.photo' });
    case 'size auto':
      return msg('As large as the time allows (recommended)', { id: 'admin.picture.size.auto' });
    case 'size quick':
      return msg('Small and quick', { id: 'admin.picture.size.quick' });
    case 'size large':
      return msg('Large, whatever it takes', { id: 'admin.picture.size.large' });
    case 'caption auto':
      return msg('When there is room and time (recommended)', { id: 'admin.picture.caption.auto' });
    case 'caption always':
      return msg('Always', { id: 'admin.picture.caption.always' });
    case 'caption off':
      return msg('Never', { id: 'admin.picture.caption.off' });
    case 'ecc L':
      return msg('L – fewest squares, easiest to scan from afar', { id: 'admin.picture.ecc.l' });
    case 'ecc M':
      return msg('M – balanced (recommended)', { id: 'admin.picture.ecc.m' });
    case 'ecc Q':
      return msg('Q – for scratched glass', { id: 'admin.picture.ecc.q' });
    case 'ecc H':
      return msg('H – for badly scratched glass, most squares', { id: 'admin.picture.ecc.h' });
    case 'currency_display code':
      return msg('Its three letters: MUR 1,250.00 (recommended)', { id: 'admin.picture.currency.code' });
    case 'currency_display symbol':
      return msg('Its sign: Rs 1,250.00', { id: 'admin.picture.currency.symbol' });
    default:
      return option;
  }
}
