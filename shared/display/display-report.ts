/**
 * A recorded conversation with one display: what crossed the cable and when, so that somebody who does not have the
 * display can play it back (docs/displays.md). Holds no key, no customer and no payload: a picture is the number of its
 * bytes, and so is each text that a screen of the display's own was told to write.
 */
import * as v from 'valibot';

/** Goes up when a reader of the one before could not read it. */
export const DISPLAY_REPORT_SCHEMA = 'counterqr-unit-report/1';

/** Milliseconds since the recording began. */
const AtMs = v.pipe(v.number(), v.minValue(0));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

const DisplayEvent = v.variant('kind', [
  v.object({ kind: v.literal('open'), at_ms: AtMs, baud: Count }),
  v.object({ kind: v.literal('close'), at_ms: AtMs }),
  v.object({ kind: v.literal('signals'), at_ms: AtMs, dtr: v.optional(v.boolean()), rts: v.optional(v.boolean()) }),
  /** A line, without its line end. `<150>` stands for a text of 150 bytes. */
  v.object({ kind: v.literal('line'), at_ms: AtMs, text: v.string() }),
  /** Bytes of a picture, or zeros of a recovery. */
  v.object({ kind: v.literal('bytes'), at_ms: AtMs, count: Count }),
  /** What the display said: one character a byte (latin1), line ends included. */
  v.object({ kind: v.literal('heard'), at_ms: AtMs, text: v.string() }),
]);
export type DisplayEvent = v.InferOutput<typeof DisplayEvent>;

export const DisplayReport = v.object({
  schema: v.literal(DISPLAY_REPORT_SCHEMA),
  /** Which program recorded it, with its version. */
  recorded_by: v.string(),
  port: v.object({
    label: v.string(),
    usb_vendor_id: v.optional(Count),
    usb_product_id: v.optional(Count),
  }),
  /** Older events that a long recording has let go. */
  dropped_events: Count,
  events: v.array(DisplayEvent),
});
export type DisplayReport = v.InferOutput<typeof DisplayReport>;
