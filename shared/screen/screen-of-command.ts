/** Which screen a command asks for, and how long screens without a time of their own stay. */
import { wallNow, type Clock } from '../util/clock.ts';
import { amountOf, type AmountStyle } from '../picture/screens/amount.ts';
import { PictureError, type Caption, type Screen } from '../picture/picture.ts';
import type { DeviceCommand } from '../wire/device.ts';

/** Long enough to be read from where a customer stands; pairing codes are typed in elsewhere. */
const STAY_MS: Readonly<Partial<Record<Screen['kind'], number>>> = {
  paid: 5_000,
  cancelled: 5_000,
  pairing: 300_000,
  message: 30_000,
};
const DEFAULT_STAY_MS = 15_000;

export const stayMs = (kind: Screen['kind']): number => STAY_MS[kind] ?? DEFAULT_STAY_MS;

export interface ScreenContext {
  readonly deviceName: string;
  readonly baudRate: number;
  readonly clock: Clock;
}

/** @throws PictureError for a QR command without a QR */
export function screenOf(command: DeviceCommand, { deviceName, baudRate, clock }: ScreenContext): Screen {
  const caption = captionOf(command);
  switch (command.type) {
    case 'display_qr':
      if (command.qr_image !== undefined)
        return { kind: 'qr', source: { kind: 'image', dataUri: command.qr_image }, caption };
      if (command.qr_text !== undefined)
        return { kind: 'qr', source: { kind: 'text', text: command.qr_text }, caption };
      throw new PictureError('not_an_image', 'The command carries neither qr_image nor qr_text.');
    case 'show_paid':
      return { kind: 'paid', caption };
    // A check's first screen is the same; the others are the conversation's.
    case 'test_card':
    case 'check_display':
      return testScreen({ deviceName, baudRate, clock });
    case 'identify':
      return { kind: 'identify', deviceName: command.text ?? deviceName };
    case 'show_message':
      return { kind: 'message', text: command.text ?? '' };
    case 'start_rotation':
      return { kind: 'idle' };
  }
}

export function testScreen({ deviceName, baudRate, clock }: ScreenContext): Screen {
  return { kind: 'test', deviceName, baudRate, time: new Date(wallNow(clock)).toISOString() };
}

/** The amount that the command carries as it stands on the display; empty where there is none. */
export const writtenAmount = (command: DeviceCommand, style: AmountStyle): string =>
  amountOf(captionOf(command), style);

function captionOf({ customer_name, amount, currency }: DeviceCommand): Caption {
  return {
    ...(customer_name ? { customerName: customer_name } : {}),
    ...(amount ? { amount } : {}),
    ...(currency ? { currency } : {}),
  };
}
