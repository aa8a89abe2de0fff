/** The screens without a code. */
import type { Bitmap } from '../bitmap.ts';
import type { ImageTools, Screen } from '../picture.ts';
import { amountOf, type AmountStyle } from './amount.ts';
import type { LetterStyle } from './caption.ts';
import { idleScreen } from './idle.ts';
import { cancelledScreen, paidScreen } from './outcome.ts';
import { testCard } from './test-card.ts';
import { identifyScreen, messageScreen, pairingScreen } from './words.ts';

export async function composeScreen(
  screen: Exclude<Screen, { kind: 'qr' }>,
  tools: ImageTools,
  style: AmountStyle,
  letterStyle: LetterStyle,
): Promise<Bitmap> {
  switch (screen.kind) {
    case 'idle':
      return idleScreen();
    case 'paid':
      return paidScreen(amountOf(screen.caption, style), tools, letterStyle);
    case 'cancelled':
      return cancelledScreen();
    case 'test':
      return testCard(screen, tools, letterStyle);
    case 'pairing':
      return pairingScreen(screen.code, tools);
    case 'identify':
      return identifyScreen(screen.deviceName, tools);
    case 'message':
      return messageScreen(screen.text, tools);
  }
}
