/**
 * The seam between "which screen" and "which bytes". The executor asks a PictureMaker; how a picture is found, laid out
 * and encoded is nobody else's business. Knows no canvas, no file, no wire.
 */
import type { PictureFacts, PictureSettings } from '../wire/picture.ts';

/** RGBA, 8 bits a channel, row by row, not premultiplied. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

export interface Caption {
  readonly customerName?: string;
  readonly amount?: string;
  readonly currency?: string;
}

type QrSource = { readonly kind: 'image'; readonly dataUri: string } | { readonly kind: 'text'; readonly text: string };

/** Every screen the product can put on the display. */
export type Screen =
  | { readonly kind: 'qr'; readonly source: QrSource; readonly caption?: Caption }
  | { readonly kind: 'idle' }
  | { readonly kind: 'paid'; readonly caption?: Caption }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'test'; readonly deviceName: string; readonly baudRate: number; readonly time: string }
  | { readonly kind: 'pairing'; readonly code: string }
  | { readonly kind: 'identify'; readonly deviceName: string }
  | { readonly kind: 'message'; readonly text: string };

/** Closed codes of what cannot become a picture; travels to the web app as the report's `error`. */
export const PICTURE_ERRORS = [
  /** No PNG or JPEG, or a damaged one. */
  'not_an_image',
  'image_too_large',
  /** An image of another kind, or a form of PNG or JPEG that this realm cannot read. */
  'unsupported_image',
  /** Nothing in it differs from the rest: a display would stay blank. */
  'no_contrast',
  'text_too_long',
  /** Half a character, which no code can carry. */
  'bad_text',
  /** More modules than the display shows. */
  'does_not_fit',
  /** With `picture: redraw` only. */
  'no_code',
  'several_codes',
] as const;
export type PictureErrorCode = (typeof PICTURE_ERRORS)[number];

export class PictureError extends Error {
  override readonly name = 'PictureError';
  constructor(
    readonly code: PictureErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export interface MadePicture {
  /** Baseline JPEG, DISPLAY_WIDTH x DISPLAY_HEIGHT, under MAX_JPEG_BYTES. The very bytes that go over the wire. */
  readonly jpeg: Uint8Array;
  /** Module size, version, and whether the payload was read back from these bytes. */
  readonly facts: PictureFacts;
  /** What the code in the picture says, where one was found. Not for logs. */
  readonly payload?: string;
}

export interface MakeOptions {
  readonly settings: PictureSettings;
  /** Speed in use: 10 bits a byte decide how many bytes fit the budget. Native USB has no wire limit: pass Infinity. */
  readonly baudRate: number;
  readonly signal?: AbortSignal;
}

export interface PictureMaker {
  /** @throws PictureError for input that cannot become a picture */
  make(screen: Screen, options: MakeOptions): Promise<MadePicture>;
  /** What the one code in a PNG or JPEG data URI says; undefined for none or several. @throws PictureError */
  read(dataUri: string, signal?: AbortSignal): Promise<string | undefined>;
}

/**
 * Of a line's height: where its letters stand, and how tall its image is. There is room above for two marks over a Thai
 * letter; a line of other letters is cut back to LINE_BOX.
 */
export const TEXT_BASELINE = 1.3;
export const TEXT_LINE = 1.65;
/** Of a line's height: what ascenders and descenders of most scripts take. */
export const LINE_BOX = 1.4;

/** What the realm lends to the picture code: letters need a canvas in the browser and a library in Node. */
export interface ImageTools {
  /**
   * One line of text, as wide as it needs at this font size in px, dark on white, TEXT_LINE times as tall; undefined
   * where the realm cannot draw text.
   */
  drawText?(text: string, heightPx: number, weight: 'regular' | 'bold'): Promise<Raster>;
}
