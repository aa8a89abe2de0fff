/** What Node lends to the picture code: image decoders in plain JavaScript, which travel inside an executable. */
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { checkSize, MAX_IMAGE_PIXELS } from '../../shared/picture/image-file.ts';
import { orientationOf, upright } from '../../shared/picture/orientation.ts';
import { PictureError, type ImageTools } from '../../shared/picture/picture.ts';
import { checkUnpackedLength } from './png-limit.ts';
import { drawText } from './text/draw-text.ts';

/** RGBA of the largest image, the planes before that, and some air. */
const MAX_MEMORY_MB = 512;

export const nodeImageTools: ImageTools = {
  async decode(file, mime) {
    checkSize(file, mime);
    try {
      if (mime === 'image/png') checkUnpackedLength(file);
      const { width, height, data } =
        mime === 'image/png'
          ? PNG.sync.read(Buffer.from(file))
          : jpeg.decode(file, {
              useTArray: true,
              formatAsRGBA: true,
              maxResolutionInMP: MAX_IMAGE_PIXELS / 1_000_000,
              maxMemoryUsageInMB: MAX_MEMORY_MB,
            });
      const image = { width, height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) };
      return mime === 'image/jpeg' ? upright(image, orientationOf(file)) : image;
    } catch (error) {
      if (error instanceof PictureError) throw error;
      throw new PictureError('not_an_image', 'The picture is damaged and cannot be read.');
    }
  },
  drawText,
};
