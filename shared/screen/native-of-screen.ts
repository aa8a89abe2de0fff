/**
 * Which screens a display is told in text instead of being sent a picture, and what is written on them: amount and id
 * as on the caption of a picture. Whatever does not fit in a line of ASCII stays a picture.
 */
import { wallNow, type Clock } from '../util/clock.ts';
import { isNativeText } from '../wire/native-text.ts';
import { nativeLine, type NativeScreen } from '../display/native-screen.ts';
import type { Caption, PictureMaker, Screen } from '../picture/picture.ts';
import { emvNote } from '../picture/emv.ts';
import { captionText } from '../picture/screens/caption.ts';
import type { PictureFacts, PictureSettings } from '../wire/picture.ts';
import type { DrawnScreen } from './drawn-screen.ts';

export interface NativeContext {
  readonly settings: PictureSettings;
  readonly pictures: PictureMaker;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

type Native = Extract<DrawnScreen, { kind: 'native' }>;

/** Undefined where it is to be a picture. @throws PictureError for an image that is none */
export async function nativeOf(screen: Screen, context: NativeContext): Promise<Native | undefined> {
  const { settings } = context;
  if (settings.draw !== 'native') return undefined;
  switch (screen.kind) {
    case 'qr': {
      const payload = await payloadOf(screen, context);
      return payload === undefined ? undefined : nativeQr(payload, screen.caption, settings);
    }
    case 'paid':
    case 'cancelled': {
      const caption = screen.kind === 'paid' ? screen.caption : undefined;
      const order = amountInAscii(caption, settings) ?? '';
      return fitting({ kind: screen.kind, order, date: dateOf(context.clock) }, {});
    }
    case 'idle':
      return settings.welcome_text === '' ? undefined : fitting({ kind: 'welcome', text: settings.welcome_text }, {});
    default:
      return undefined;
  }
}

/** The same as a picture, for a display that does not draw it. */
export function screenOfNative(screen: NativeScreen): Screen {
  switch (screen.kind) {
    case 'qr': {
      const { payload, amount, id } = screen;
      return { kind: 'qr', source: { kind: 'text', text: payload }, caption: { customerName: id, amount } };
    }
    case 'paid':
      return { kind: 'paid', caption: { amount: screen.order } };
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'welcome':
      return { kind: 'idle' };
  }
}

async function payloadOf(
  { source }: Extract<Screen, { kind: 'qr' }>,
  { settings, pictures, signal }: NativeContext,
): Promise<string | undefined> {
  if (source.kind === 'text') return source.text;
  // The site wants its card as it is.
  if (settings.picture === 'photo') return undefined;
  return pictures.read(source.dataUri, signal);
}

function nativeQr(payload: string, caption: Caption | undefined, settings: PictureSettings): Native | undefined {
  if (payload === '' || !isNativeText(payload)) return undefined;
  const note = emvNote(payload);
  const doubt = note === undefined ? {} : { note };
  const plain: NativeScreen = { kind: 'qr', payload, amount: '', id: '' };
  const { name, amount: money } = captionText(caption, settings);
  if (settings.caption === 'off' || name + money === '') return fitting(plain, doubt);
  const amount = amountInAscii(caption, settings);
  if (amount === undefined) return undefined;
  const whole = isNativeText(name) ? fitting({ ...plain, amount, id: name }, { caption: true, ...doubt }) : undefined;
  // A name that cannot be written is left out, as on a picture without room for it; money never is.
  if (whole || settings.caption === 'always') return whole;
  return fitting({ ...plain, amount }, { caption: amount === '' ? false : 'amount', ...doubt });
}

/** With the currency's code where its sign is no ASCII; undefined where that does not help. */
const amountInAscii = (caption: Caption | undefined, settings: PictureSettings): string | undefined =>
  [settings.currency_display, 'code' as const]
    .map((currency_display) => captionText(caption, { ...settings, currency_display }).amount)
    .find(isNativeText);

function fitting(screen: NativeScreen, facts: PictureFacts): Native | undefined {
  const line = nativeLine(screen);
  if (line === undefined) return undefined;
  return { kind: 'native', screen, facts: { bytes: line.length + 1, ...facts, drawn_by: 'display' } };
}

/** The day at this counter, e.g. `29-03-2026`. */
function dateOf(clock: Clock): string {
  const date = new Date(wallNow(clock));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getDate())}-${two(date.getMonth() + 1)}-${date.getFullYear()}`;
}
