/**
 * What "Check this display" found: how the display at a counter speaks, and what is advised. Said by a station, with
 * the report of a `check_display` command or on its own page.
 */
import * as v from 'valibot';

/** Beyond what any serial port here opens at. */
const MAX_BAUD = 12_000_000;
const Ms = v.pipe(v.number(), v.integer(), v.minValue(0));
const YesNo = v.picklist(['yes', 'no']);

/**
 * `words`: the display drew the code and said so. `asked`: it said nothing and answered when it was asked afterwards.
 * `no`: it does not draw codes by itself.
 */
const OwnCode = v.picklist(['words', 'asked', 'no']);

/** Whether a person could scan the code that the display drew; `not_asked`: nobody was there to say. */
export const Scanned = v.picklist(['yes', 'no', 'not_asked']);
export type Scanned = v.InferOutput<typeof Scanned>;

/**
 * `native`: set it to draw codes by itself. `scan_first`: the same, once a person has scanned one. `picture`: leave it
 * at pictures.
 */
const CheckAdvice = v.picklist(['native', 'scan_first', 'picture']);
export type CheckAdvice = v.InferOutput<typeof CheckAdvice>;

export const DisplayCheck = v.object({
  /** The speed at which it answers; on native USB any would do. */
  baud: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_BAUD)),
  /** What it says to unknown commands, without what nobody sees. */
  model: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(200),
      v.transform((line) => line.replace(/\p{C}/gu, '')),
    ),
  ),
  /** Whether its answers end with a line `exit`. */
  says_exit: v.optional(YesNo),
  /** Whether it lists its files; absent where it gave no clear answer. */
  fileinfo: v.optional(YesNo),
  /** Which form of `delete` it obeys; absent where it obeyed neither. */
  deletes: v.optional(v.picklist(['plain', 'images'])),
  /** The longest time for which it hears nothing after a screen change. */
  deaf_ms: Ms,
  /** From the first word to the confirmed test card; absent where it did not take the picture. */
  picture_ms: v.optional(Ms),
  own_code: OwnCode,
  /** From the first word to the confirmed code; absent where it draws none. */
  own_code_ms: v.optional(Ms),
  scanned: Scanned,
  advice: CheckAdvice,
});
export type DisplayCheck = v.InferOutput<typeof DisplayCheck>;

/** A display's own codes are not read back, as pictures are; to give that up a customer must wait so much less. */
const WORTH_MS = 1_000;

/** How many times sooner its own code is there than a picture; undefined where one of them is not known. */
export function timesSooner({ picture_ms, own_code_ms }: Pick<DisplayCheck, 'picture_ms' | 'own_code_ms'>) {
  return picture_ms === undefined || own_code_ms === undefined ? undefined : picture_ms / Math.max(1, own_code_ms);
}

export function adviceOf(found: Omit<DisplayCheck, 'advice'>): CheckAdvice {
  if (found.own_code === 'no' || found.scanned === 'no') return 'picture';
  // A display that takes no pictures has nothing but its own codes.
  const { picture_ms = Infinity, own_code_ms = 0 } = found;
  if (picture_ms - own_code_ms < WORTH_MS) return 'picture';
  return found.scanned === 'yes' ? 'native' : 'scan_first';
}
