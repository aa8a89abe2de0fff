/**
 * The screens that some firmware draws by itself, as one line of text each (docs/protocol.md). Pure: what fits in a
 * line, and which words say that it was drawn.
 */
import * as v from 'valibot';
import { isNativeText, NATIVE_SEPARATOR } from '../wire/native-text.ts';

const Text = v.string();

/** Each text is shown as it is; an empty one is left blank by the firmware. */
export const NativeScreen = v.variant('kind', [
  /** A code that says `payload`, with an amount and an id as they are to be read. */
  v.object({ kind: v.literal('qr'), payload: Text, amount: Text, id: Text }),
  v.object({ kind: v.literal('paid'), order: Text, date: Text }),
  v.object({ kind: v.literal('cancelled'), order: Text, date: Text }),
  v.object({ kind: v.literal('welcome'), text: Text }),
]);
export type NativeScreen = v.InferOutput<typeof NativeScreen>;

/** Screens that a firmware knows or does not know together, and after which it is deaf for the same time. */
export type NativeKind = 'qr' | 'result' | 'welcome';

/** With its line end, in bytes: a receive buffer of 409 was seen. */
const MAX_LINE_BYTES = 400;

export function nativeKindOf({ kind }: NativeScreen): NativeKind {
  return kind === 'paid' || kind === 'cancelled' ? 'result' : kind;
}

/** The command without its line end; undefined where it cannot be said in printable ASCII within one line. */
export function nativeLine(screen: NativeScreen): string | undefined {
  const [command, ...args] = wordsOf(screen);
  const line = [command, ...args].join(NATIVE_SEPARATOR);
  return args.every(isNativeText) && line.length < MAX_LINE_BYTES ? line : undefined;
}

/** What a firmware says that has drawn a screen of this kind. */
const DRAWN: Readonly<Record<NativeKind, RegExp>> = {
  qr: /qr code generation|displayqr\.mp3/i,
  result: /\.mp3/i,
  welcome: /welcome\.mp3/i,
};

export const saysDrawn = (kind: NativeKind, line: string): boolean => DRAWN[kind].test(line);

function wordsOf(screen: NativeScreen): readonly [string, ...string[]] {
  switch (screen.kind) {
    case 'qr':
      return ['DisplayQRCodeScreen', screen.payload, screen.amount, screen.id];
    // The first is a phone number, which nobody gives us.
    case 'paid':
      return ['DisplaySuccessQRCodeScreen', '', screen.order, screen.date];
    case 'cancelled':
      return ['DisplayCancelQRCodeScreen', '', screen.order, screen.date];
    case 'welcome':
      return ['WelcomeScreen', screen.text];
  }
}
