/** Every screen to bytes. Wires what the realm lends (image decoder, letters, WebAssembly) to finding, layout, coding and proof. */
import { budgetBytes } from './budget.ts';
import { imageFileOf } from './image-file.ts';
import { makeQr, type Tools } from './make-qr.ts';
import { fitToDisplay, writePhoto } from './photo.ts';
import {
  PictureError,
  type ImageTools,
  type MadePicture,
  type MakeOptions,
  type PictureMaker,
  type QrSource,
  type Raster,
  type Screen,
} from './picture.ts';
import { drawText } from './qr/draw.ts';
import { loadReader } from './qr/reader.ts';
import { rebuild } from './qr/rebuild.ts';
import { flatten } from './raster.ts';
import { composeScreen } from './screens/compose.ts';
import { writePanel } from './write-panel.ts';

export interface MakerParts {
  readonly tools: ImageTools;
  /** The WebAssembly of zxing-wasm's reader: its address, or its bytes. */
  readonly wasm: string | Uint8Array;
}

export async function createPictureMaker({ tools, wasm }: MakerParts): Promise<PictureMaker> {
  const realm: Tools = { tools, reader: await loadReader(wasm) };
  return {
    async make(screen: Screen, options: MakeOptions): Promise<MadePicture> {
      if (screen.kind === 'qr') return makeQrScreen(screen, options, realm);
      const jpeg = writePanel(await composeScreen(screen, tools), 'crisp');
      return { jpeg, facts: { bytes: jpeg.length } };
    },
  };
}

async function makeQrScreen(
  { source, caption }: Extract<Screen, { kind: 'qr' }>,
  options: MakeOptions,
  realm: Tools,
): Promise<MadePicture> {
  const { settings } = options;
  if (source.kind === 'text') {
    const made = await makeQr(drawText(source.text, settings.ecc), caption, options, realm);
    if (!made)
      throw new PictureError('does_not_fit', 'The text needs a code with more squares than the display shows.');
    return made;
  }
  const image = await opaqueImage(source, realm.tools);
  if (settings.picture === 'photo') return photo(image, options, 'kept_as_photo');
  const codes = await realm.reader.read(image, 'thorough');
  if (codes.length !== 1) return photo(image, options, codes.length === 0 ? 'no_code' : 'several_codes');
  const made = await makeQr(rebuild(codes[0]), caption, options, realm);
  return made ?? photo(image, options, 'does_not_fit');
}

async function opaqueImage(source: Extract<QrSource, { kind: 'image' }>, tools: ImageTools): Promise<Raster> {
  const { bytes, mime } = imageFileOf(source.dataUri);
  return flatten(await tools.decode(bytes, mime));
}

async function photo(image: Raster, { settings, baudRate }: MakeOptions, note: string): Promise<MadePicture> {
  const jpeg = writePhoto(await fitToDisplay(image), budgetBytes(settings.budget_ms, baudRate));
  return { jpeg, facts: { bytes: jpeg.length, verified: false, note } };
}
