/** What crosses the wire about pictures: a device's settings for them, and facts of one that was sent. */
import * as v from 'valibot';
import { DisplayCheck } from './display-check.ts';
import { text } from './fields.ts';
import { isNativeText } from './native-text.ts';

/** Facts about the picture that went to the display; all optional, because older clients send none. */
export const PictureFacts = v.object({
  bytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  module_px: v.optional(v.pipe(v.number(), v.minValue(0))),
  version: v.optional(v.pipe(v.number(), v.integer())),
  verified: v.optional(v.boolean()),
  /** Closed code of why a picture is not verified, or of a warning such as `emv_crc_mismatch`. */
  note: v.optional(text(64)),
  /** It took longer on the wire than the display's `budget_ms`, because nothing smaller would have been readable. */
  over_budget: v.optional(v.boolean()),
  /**
   * Whether name and amount are shown; `amount`: the amount alone. Absent where there was neither, or the setting is
   * `off`.
   */
  caption: v.optional(v.union([v.boolean(), v.literal('amount')])),
  /**
   * `display`: its firmware drew the screen from a line of text, of `bytes` bytes, and said or showed that it did;
   * nothing is `verified`. Absent where the bytes of a picture were sent.
   */
  drawn_by: v.optional(v.picklist(['display'])),
  /** Of `check_display`, which sends several screens: what was found. */
  check: v.optional(DisplayCheck),
});
export type PictureFacts = v.InferOutput<typeof PictureFacts>;

/** Characters of a data URI. */
export const MAX_LOGO_CHARS = 16_000;

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** Per-device picture settings, sent to the device with each poll answer that carries a command. */
export const PictureSettings = v.object({
  /**
   * `native`: what fits a line of text is drawn by a display whose firmware can do that. `picture`: everything is a
   * picture.
   */
  draw: v.optional(v.picklist(['picture', 'native']), 'picture'),
  /** With `native`: the text of the display's own idle page; '' is the rotation over its stored pictures. */
  welcome_text: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(80, 'must be at most 80 characters long'),
      v.check(isNativeText, 'must be printable ASCII without "**", and must not begin or end with a space or a star'),
    ),
    '',
  ),
  /** With `native`: how loud the display's own sounds are, 1 to 21; 0 leaves them as the display has them. */
  volume: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(21)), 0),
  picture: v.optional(v.picklist(['auto', 'redraw', 'photo']), 'auto'),
  budget_ms: v.optional(v.pipe(v.number(), v.minValue(500), v.maxValue(60_000)), 4_000),
  caption: v.optional(v.picklist(['auto', 'always', 'off']), 'auto'),
  size: v.optional(v.picklist(['quick', 'large', 'auto']), 'auto'),
  ecc: v.optional(v.picklist(['L', 'M', 'Q', 'H']), 'M'),
  /** How amounts are written: a language tag (BCP 47). */
  locale: v.optional(v.pipe(text(35), v.check(isLocale, 'must be a language tag such as en, fr or en-IN')), 'en'),
  /** `MUR 1,250.00` or `Rs 1,250.00`. */
  currency_display: v.optional(v.picklist(['code', 'symbol']), 'code'),
  /**
   * PNG or JPEG data URI, shown while idle instead of the product's own sign; '' takes it away. Small, because it is
   * kept with the device and travels with its commands.
   */
  idle_logo: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(MAX_LOGO_CHARS, 'must be at most 12 KB'),
      v.regex(/^(data:image\/(png|jpe?g);base64,[A-Za-z0-9+/]+={0,2})?$/, 'must be a PNG or JPEG data URI, or empty'),
    ),
  ),
});
export type PictureSettings = v.InferOutput<typeof PictureSettings>;
export const DEFAULT_PICTURE_SETTINGS: PictureSettings = v.parse(PictureSettings, {});
