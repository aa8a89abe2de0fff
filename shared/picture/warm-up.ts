/**
 * The first picture of a day takes several times longer than the others, while code is compiled; better before a
 * customer waits.
 */
import { DEFAULT_PICTURE_SETTINGS } from '../wire/picture.ts';
import type { PictureMaker } from './picture.ts';

/** 150 bytes: version 8 at ECC level M, as payment codes are. */
const TEXT = 'https://counterqr.example/'.padEnd(150, '0');

/** Makes a picture that nobody sees. Never rejects: whatever is wrong, the first real picture will say it. */
export async function warmUp(pictures: PictureMaker): Promise<void> {
  // With a caption, because a customer's code has one: its way is compiled, too.
  const caption = { customerName: 'Ångström', amount: '1,234.50', currency: 'EUR' };
  const screen = { kind: 'qr', source: { kind: 'text', text: TEXT }, caption } as const;
  await pictures.make(screen, { settings: DEFAULT_PICTURE_SETTINGS, baudRate: 9_600 }).catch(() => undefined);
}
