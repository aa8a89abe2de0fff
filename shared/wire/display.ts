/**
 * The display as the product knows it, and the three facts that are never mixed: relay link, USB link, what it shows.
 */

/** Pixels, portrait (docs/protocol.md). */
export const DISPLAY_WIDTH = 320;
export const DISPLAY_HEIGHT = 480;

/** The firmware stores JPEG files below this size (docs/protocol.md); in bytes. */
export const MAX_JPEG_BYTES = 80_000;

/** On the serial line: start bit, eight bits, stop bit. */
export const BITS_PER_BYTE = 10;

/** How long so many bytes are on the wire, in milliseconds. @param baudRate bits per second */
export const wireMs = (bytes: number, baudRate: number): number => (bytes * BITS_PER_BYTE * 1_000) / baudRate;

/** `data-relay` of the kiosk page. */
export type RelayState = 'online' | 'offline' | 'refused';

/** `data-display` of the kiosk page. */
export const DISPLAY_STATES = ['unplugged', 'connecting', 'ready', 'uploading', 'recovering', 'error'] as const;
export type DisplayState = (typeof DISPLAY_STATES)[number];

/**
 * A display that is not heard any more is shown as such within this time: two polls of 2 s and 5 s of grace (contract).
 */
const ONLINE_WITHIN_MS = 9_000;

/**
 * So the relay takes it for gone a moment earlier: the rest is for noticing, pushing and drawing it. One lost poll is
 * not enough: a kiosk gives a poll up after 6 s and asks anew, 8 s after the one before.
 */
export const OFFLINE_AFTER_MS = ONLINE_WITHIN_MS - 400;

/** A poll every 2 s, each held by the relay for those 2 s. */
export const POLL_SECONDS = 2;
