/** Makes a logo for the display of a chosen picture: small in pixels and in bytes. */
import { MAX_LOGO_CHARS } from '../../../../shared/wire/picture.ts';

/** Widths and heights to try, in px; the display has 320 by 480 and the logo some white around it. */
const SIDES_PX = [256, 192, 128, 96];
const KINDS: readonly (readonly [type: string, quality?: number])[] = [
  ['image/png'],
  ['image/jpeg', 0.85],
  ['image/jpeg', 0.6],
];

/** A data URI that the relay takes; undefined for a file that is no picture. */
export async function logoOf(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  try {
    for (const side of SIDES_PX) {
      const canvas = drawn(picture, side);
      for (const [type, quality] of KINDS) {
        const uri = canvas.toDataURL(type, quality);
        if (uri.length <= MAX_LOGO_CHARS) return uri;
      }
    }
    return undefined;
  } finally {
    picture.close();
  }
}

/** On white, as on the display. */
function drawn(picture: ImageBitmap, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no pictures.');
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
