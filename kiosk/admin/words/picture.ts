/** The picture settings of a display. */
import { msg } from '@lit/localize';
import type { PictureSettings } from '../../../shared/schemas.ts';

export const CHOICES = {
  picture: ['auto', 'redraw', 'photo'],
  size: ['auto', 'quick', 'large'],
  caption: ['auto', 'always', 'off'],
  ecc: ['L', 'M', 'Q', 'H'],
} as const satisfies { [K in keyof PictureSettings]?: readonly PictureSettings[K][] };
export type Choice = keyof typeof CHOICES;

export function choiceLabel(choice: Choice | 'budget_ms'): string {
  switch (choice) {
    case 'picture':
      return msg('Pictures from the web app', { id: 'admin.picture.picture' });
    case 'size':
      return msg('Size of the code', { id: 'admin.picture.size' });
    case 'caption':
      return msg('Name and amount below the code', { id: 'admin.picture.caption' });
    case 'ecc':
      return msg('Error correction', { id: 'admin.picture.ecc' });
    case 'budget_ms':
      return msg('Longest time on the wire, in seconds', { id: 'admin.picture.budget' });
  }
}

export function optionWord(choice: Choice, option: string): string {
  switch (`${choice} ${option}`) {
    case 'picture auto':
      return msg('Draw the code anew where it can be read (recommended)', { id: 'admin.picture.picture.auto' });
    case 'picture redraw':
      return msg('Always draw the code anew', { id: 'admin.picture.picture.redraw' });
    case 'picture photo':
      return msg('Show the picture as it was sent', { id: 'admin.picture.picture.photo' });
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
    default:
      return option;
  }
}
