/** The picture maker with what this browser lends it. The wasm is served from our own origin, like everything else. */
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { createPictureMaker } from '../../shared/picture/maker.ts';
import type { PictureMaker } from '../../shared/picture/picture.ts';
import { canvasTools } from './canvas-tools.ts';

export async function browserPictures(): Promise<PictureMaker> {
  return createPictureMaker({ tools: canvasTools, wasm: wasmUrl });
}
