/** What Node lends to the picture code. */
import type { ImageTools } from '../../shared/picture/picture.ts';
import { drawText } from './text/draw-text.ts';

export const nodeImageTools: ImageTools = { drawText };
