/** Values that cross the wire in more than one message: ids, names, amounts, times, pictures. Parsed on arrival. */
import * as v from 'valibot';

/** Longest data URI that is taken, in characters (contract: 2 MB). */
export const MAX_IMAGE_CHARS = 2_000_000;
/** A version-40 code at ECC level L holds 2,953 bytes (ISO/IEC 18004, table 7). */
const MAX_QR_TEXT_BYTES = 2_953;
/** The relay holds a poll at most this long, in seconds. */
const MAX_WAIT_SECONDS = 25;

/**
 * JSON may hold half of a surrogate pair, for which UTF-8 has no bytes: whatever writes it down makes U+FFFD of it, and
 * two names that differ are one, or a payment code is another. So names and codes are refused.
 */
const wholeCharacters = v.regex(/^\P{Cs}*$/u, 'must not hold half a character (one surrogate without the other)');
const HALVES = /\p{Cs}/gu;

/** What people read: half a character, left by a client that cut the text, becomes the sign for it. */
export const text = (max: number) =>
  v.pipe(
    v.string(),
    v.maxLength(max),
    v.transform((written) => written.replace(HALVES, '\ufffd')),
  );
/** Without control characters, because ids go into logs, file names and serial lines. */
// eslint-disable-next-line no-control-regex
export const noControls = v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters');

/** Fractions are refused, because two that differ may be the same number here, and so one counter's id another's. */
const WholeNumber = v.pipe(v.number(), v.safeInteger('must be a whole number, or a string'));

/** Ids are strings; a whole number is taken as its decimal string (contract). */
export const Id = v.pipe(
  v.union([v.string(), WholeNumber]),
  v.transform(String),
  v.trim(),
  v.minLength(1),
  v.maxLength(128),
  noControls,
  wholeCharacters,
);

/** A name for a payment, read as `POST /payment` reads it; a blank one counts as not given. */
export const PostedName = v.pipe(
  v.union([v.string(), WholeNumber]),
  v.transform(String),
  v.trim(),
  v.maxLength(128),
  noControls,
  wholeCharacters,
  v.transform((name) => (name === '' ? undefined : name)),
);

/** Signs of direction and joiners are not seen, and turn the digits that are. */
export const noFormatControls = v.regex(/^\P{Cf}*$/u, 'must not hold invisible characters such as signs of direction');

/** Above this a number has no hundredths left; such an amount comes as a string. */
const LARGEST_AMOUNT = 1e13;

/** Amounts come as number or string ("1200.50"); a string is kept as it was sent. */
export const Amount = v.pipe(
  v.union([
    v.string(),
    v.pipe(
      v.number(),
      v.check((value) => Math.abs(value) < LARGEST_AMOUNT, 'must be a string where it has more than 13 digits'),
    ),
  ]),
  v.transform((value) => (typeof value === 'number' ? decimalOf(value) : value)),
  v.trim(),
  v.minLength(1, 'must not be blank; leave it out where there is no amount'),
  v.maxLength(32),
  noControls,
  wholeCharacters,
  noFormatControls,
);

/** `0.1 + 0.2` is 0.3 to the person who pays; never with an exponent. */
function decimalOf(value: number): string {
  const digits = Math.max(0, 15 - Math.ceil(Math.log10(Math.max(1, Math.abs(value)))));
  const text = value.toFixed(Math.min(digits, 12));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export const Seconds = (min: number, max: number) => v.pipe(v.number(), v.minValue(min), v.maxValue(max));

/** Query parameters are text: decimal seconds within the bound, clamped rather than refused. */
export const WaitQuery = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^\d{1,6}(\.\d{1,3})?$/, 'must be a number of seconds'),
    v.transform((value) => Math.min(Number(value), MAX_WAIT_SECONDS)),
  ),
  '0',
);

/**
 * A PNG or JPEG as a data URI, as lenient as browsers: base64 in lines, `+` and `=` as `%2B` and `%3D`, parameters
 * before it. Whether it is an image is looked at in its first bytes, by the relay and again by the picture code.
 */
export const QrImage = v.pipe(
  v.string(),
  v.maxLength(MAX_IMAGE_CHARS, 'must be at most 2 MB'),
  v.transform(plainDataUri),
  v.regex(/^data:image\/(png|jpe?g);base64,[A-Za-z0-9+/]+={0,2}$/, 'must be a PNG or JPEG data URI in base64'),
);

/** Without what browsers pass over; anything else stays as it is, to be refused. */
function plainDataUri(uri: string): string {
  const comma = uri.indexOf(',');
  const head = /^\s*data:image\/(png|jpe?g|pjpeg|x-png)\s*(;[^;,]*)*;\s*base64$/i.exec(
    uri.slice(0, Math.max(0, comma)),
  );
  if (head === null) return uri;
  const kind = head[1].toLowerCase().endsWith('png') ? 'png' : 'jpeg';
  // Without a function for each: a hostile text has hundreds of thousands of them.
  const body = uri
    .slice(comma + 1)
    .replace(/%2b/gi, '+')
    .replace(/%2f/gi, '/')
    .replace(/%3d/gi, '=')
    .replace(/%(?:0a|0d|20)|\s+/gi, '');
  return `data:image/${kind};base64,${body}`;
}

export const QrText = v.pipe(v.string(), v.minLength(1), v.maxBytes(MAX_QR_TEXT_BYTES), wholeCharacters);
