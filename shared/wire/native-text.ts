/** What the firmware of a display can be told to write on a screen of its own. */

/** Between the parts of a command. */
export const NATIVE_SEPARATOR = '**';

/** Printable ASCII that comes out as it went in: a firmware may trim it, and splits where it finds two stars. */
export const isNativeText = (text: string): boolean =>
  /^[ -~]*$/.test(text) && text.trim() === text && !text.includes(NATIVE_SEPARATOR) && !/^\*|\*$/.test(text);
