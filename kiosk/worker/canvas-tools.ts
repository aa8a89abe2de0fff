/** What the browser lends to the picture code: its fonts, through an OffscreenCanvas. */
import { PictureError, TEXT_BASELINE, TEXT_LINE, type ImageTools, type Raster } from '../../shared/picture/picture.ts';

/**
 * The first letter with a direction gives the line its own, as the tray has it: a name in Arabic stays to the right of
 * its number.
 */
const STARTS_RIGHT_TO_LEFT =
  /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

const FONT_FAMILY = '"Noto Sans", "Segoe UI", system-ui, sans-serif';
/** Longest line that is drawn, in px; what is longer would not fit the display in any layout. */
const MAX_TEXT_WIDTH_PX = 4_096;

export const canvasTools: ImageTools = {
  async drawText(text, heightPx, weight) {
    const font = `${weight === 'bold' ? 700 : 400} ${heightPx}px ${FONT_FAMILY}`;
    const ruler = contextOf(new OffscreenCanvas(1, 1));
    ruler.font = font;
    const width = Math.min(MAX_TEXT_WIDTH_PX, Math.max(1, Math.ceil(ruler.measureText(text).width)));
    const height = Math.ceil(heightPx * TEXT_LINE);
    return pixelsOf(width, height, (context) => {
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
      context.fillStyle = '#000';
      context.font = font;
      context.textBaseline = 'alphabetic';
      context.textAlign = 'left';
      context.direction = STARTS_RIGHT_TO_LEFT.test(text) ? 'rtl' : 'ltr';
      context.fillText(text, 0, Math.round(heightPx * TEXT_BASELINE));
    });
  },
};

function pixelsOf(width: number, height: number, draw: (context: OffscreenCanvasRenderingContext2D) => void): Raster {
  const context = contextOf(new OffscreenCanvas(width, height));
  draw(context);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new PictureError('unsupported_image', 'The browser has no memory left for this image.');
  return context;
}
