/** What was brought onto a display: the bytes of a picture, or a line of text that its firmware drew. */
import type { NativeScreen } from '../display/native-screen.ts';
import type { MadePicture } from '../picture/picture.ts';
import type { PictureFacts } from '../wire/picture.ts';

export type DrawnScreen =
  | { readonly kind: 'picture'; readonly picture: MadePicture }
  | { readonly kind: 'native'; readonly screen: NativeScreen; readonly facts: PictureFacts }
  /** The display's own pictures in turn; nothing was sent but the command. */
  | { readonly kind: 'rotation' };

/** As they are reported to the relay. */
export function factsOf(drawn: DrawnScreen): PictureFacts {
  switch (drawn.kind) {
    case 'picture':
      return { bytes: drawn.picture.jpeg.length, ...drawn.picture.facts };
    case 'native':
      return drawn.facts;
    case 'rotation':
      return { drawn_by: 'display' };
  }
}

/** The bytes that were sent, where they are a picture. */
export const jpegOf = (drawn: DrawnScreen): { readonly jpeg?: Uint8Array } =>
  drawn.kind === 'picture' ? { jpeg: drawn.picture.jpeg } : {};
