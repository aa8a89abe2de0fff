/** Text to a code, here and offline: no service is asked to draw a customer's payment. */
import { encode } from 'uqr';
import { PictureError } from '../picture.ts';
import { matrixOf, type EccLevel, type QrSymbol } from './symbol.ts';

/** The smallest version that holds the text at this level. @throws PictureError `text_too_long`, `bad_text` */
export function drawText(text: string, ecc: EccLevel): QrSymbol {
  const payload = new TextEncoder().encode(text);
  if (new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload) !== text)
    throw new PictureError('bad_text', 'The text breaks off inside a character.');
  try {
    // uqr's own UTF-8 is given up on by half a surrogate pair; numbers and capitals it packs tighter than bytes.
    const packable = /^[A-Z0-9 $%*+./:-]+$/.test(text);
    const { data, version } = encode(packable ? text : Array.from(payload), { ecc, border: 0 });
    return { matrix: matrixOf(data), version, ecc, payload, text };
  } catch (error) {
    if (error instanceof RangeError)
      throw new PictureError('text_too_long', `${payload.length} bytes do not fit a QR code at level ${ecc}.`);
    throw error;
  }
}
