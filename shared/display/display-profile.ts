/**
 * What has been learned about one display, so that it need not be asked again. Plain JSON: it is kept across restarts.
 */
import * as v from 'valibot';
import type { PortIdentity } from './transport.ts';

const YesNo = v.optional(v.picklist(['yes', 'no']));
const WindowMs = v.optional(v.number());

/** In ms, by the kind of screen change; 0 where it hears all the time, undefined until it was measured. */
const DeafAfter = v.object({
  stop: WindowMs,
  start: WindowMs,
  upload: WindowMs,
  qr: WindowMs,
  result: WindowMs,
  welcome: WindowMs,
});
export type DeafAfter = v.InferOutput<typeof DeafAfter>;

/**
 * `words`: it says so. `asked`: it says nothing, and answers when it is asked afterwards. `no`: it knows no such
 * screen.
 */
const NativeDrawing = v.picklist(['words', 'asked', 'no']);
export type NativeDrawing = v.InferOutput<typeof NativeDrawing>;
const Draws = v.object({
  qr: v.optional(NativeDrawing),
  result: v.optional(NativeDrawing),
  welcome: v.optional(NativeDrawing),
});

export const DisplayProfile = v.object({
  /** The speed at which it answered. */
  baudRate: v.optional(v.number()),
  /** What it says to unknown commands. */
  modelLine: v.optional(v.string()),
  /** Whether simple answers end with a line `exit`. */
  saysExit: YesNo,
  /** Whether `stoprotation` is answered at all. */
  answersStop: YesNo,
  /** Whether it lists its files. */
  fileinfo: YesNo,
  /** Which form of `delete` it obeys. */
  deletes: v.optional(v.picklist(['plain', 'images'])),
  /** For how long it hears nothing after a screen change. */
  deafMs: v.optional(DeafAfter),
  /** How it draws screens by itself, where that was tried. */
  draws: v.optional(Draws),
  /** Promised to it by a transfer that was under way; not 0 after a crash means that it may still be counting. */
  owedBytes: v.optional(v.number()),
});
export type DisplayProfile = v.InferOutput<typeof DisplayProfile>;

/**
 * Ports carry no serial number that every realm can read, so displays are told apart by their USB ids, or their label.
 */
export function profileKey({ usbVendorId, usbProductId, label }: PortIdentity): string {
  if (usbVendorId === undefined) return `unit ${label}`;
  return `unit ${usbVendorId.toString(16)}:${(usbProductId ?? 0).toString(16)}`;
}
