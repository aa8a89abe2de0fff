/** The picture maker with what Node lends it. */
import { createPictureMaker } from '../../shared/picture/maker.ts';
import type { PictureMaker } from '../../shared/picture/picture.ts';
import { readZxingWasm } from '../assets.ts';
import { nodeImageTools } from './node-image-tools.ts';

export async function makePictures(): Promise<PictureMaker> {
  return createPictureMaker({ tools: nodeImageTools, wasm: await readZxingWasm() });
}
