/**
 * Every screen to bytes. Wires what the realm lends (image decoder, letters, WebAssembly) to finding, layout, coding
 * and proof.
 */
import { budgetBytes, overBudget } from './budget.ts';
import { opaqueViews } from './background.ts';
import { decodeImage } from './decode/decode-image.ts';
import { fileOf } from './image-file.ts';
import { makeQr, type Realm } from './make-qr.ts';
import { fitToBox, onSheet, writePhoto } from './photo.ts';
import {
  PictureError,
  type Caption,
  type ImageTools,
  type MadePicture,
  type MakeOptions,
  type PictureMaker,
  type Raster,
  type Screen,
} from './picture.ts';
import { drawText } from './qr/draw.ts';
import { findCodes } from './qr/find-codes.ts';
import { loadReader } from './qr/reader.ts';
import { rebuild } from './qr/rebuild.ts';
import { captionText } from './screens/caption.ts';
import { composeScreen } from './screens/compose.ts';
import { writePanel } from './write-panel.ts';

interface MakerParts {
  readonly tools: ImageTools;
  /** The WebAssembly of zxing-wasm's reader: its address, or its bytes. */
  readonly wasm: string | Uint8Array;
}

export async function createPictureMaker({ tools, wasm }: MakerParts): Promise<PictureMaker> {
  const realm: Realm = { tools, reader: await loadReader(wasm) };
  return {
    async make(screen, options) {
      if (screen.kind === 'qr')
        return screen.source.kind === 'text'
          ? makeFromText(screen.source.text, screen, options, realm)
          : makeFromImage(screen.source.dataUri, screen, options, realm);
      const logo = screen.kind === 'idle' ? options.settings.idle_logo : undefined;
      if (logo) return logoScreen(logo, options, realm);
      return plainScreen(screen, options, realm);
    },
    async read(dataUri, signal) {
      const views = await viewsOf(dataUri);
      signal?.throwIfAborted();
      const { codes } = await findCodes(views, realm.reader);
      return codes.length === 1 ? codes[0].text : undefined;
    },
  };
}

type QrScreen = Extract<Screen, { kind: 'qr' }>;
type PlainScreen = Exclude<Screen, QrScreen>;

async function makeFromText(
  text: string,
  { caption }: QrScreen,
  options: MakeOptions,
  realm: Realm,
): Promise<MadePicture> {
  const made = await makeQr(drawText(text, options.settings.ecc), caption, options, realm);
  if (!made) throw new PictureError('does_not_fit', 'The text needs a code with more modules than the display shows.');
  return made;
}

async function makeFromImage(
  dataUri: string,
  { caption }: QrScreen,
  options: MakeOptions,
  realm: Realm,
): Promise<MadePicture> {
  const { picture } = options.settings;
  const views = await viewsOf(dataUri);
  options.signal?.throwIfAborted();
  if (picture === 'photo') return photo(views[0], caption, options, 'kept_as_photo');
  const { codes, image } = await findCodes(views, realm.reader);
  if (codes.length === 1) {
    const made = await makeQr(rebuild(codes[0]), caption, options, realm);
    if (made?.facts.verified) return made;
    // Drawn anew and not read back: the image as it was sent is the safer one. `redraw` takes the drawing.
    if (made && picture === 'redraw') return made;
    if (made?.facts.note) return photo(image, caption, options, made.facts.note);
  }
  const note = codes.length === 0 ? 'no_code' : codes.length > 1 ? 'several_codes' : 'does_not_fit';
  if (picture === 'redraw') throw new PictureError(note, REFUSED[note]);
  return photo(image, caption, options, note);
}

/** @throws PictureError */
async function viewsOf(dataUri: string, leastContrast?: number): Promise<readonly [Raster, ...Raster[]]> {
  const { bytes, mime } = fileOf(dataUri);
  return opaqueViews(await decodeImage(bytes, mime), leastContrast);
}

/** What `picture: redraw` refuses. */
const REFUSED = {
  no_code: 'There is no readable QR code in the picture. Send a clearer one, or the text as qr_text.',
  several_codes: 'There is more than one QR code in the picture. Send one with a single code, or the text as qr_text.',
  does_not_fit: 'The code in the picture has more modules than the display shows.',
} as const;

async function photo(
  image: Raster,
  caption: Caption | undefined,
  { settings, baudRate }: MakeOptions,
  note: string,
): Promise<MadePicture> {
  const { name, amount } = captionText(caption, settings);
  // A picture that is kept takes the whole display.
  const notShown = settings.caption === 'off' || name + amount === '' ? {} : { caption: false };
  const sheet = onSheet(await fitToBox(image));
  const most = budgetBytes(settings.budget_ms, baudRate);
  const jpeg = writePhoto(sheet, most);
  return { jpeg, facts: { bytes: jpeg.length, verified: false, note, ...notShown, ...overBudget(jpeg.length, most) } };
}

/** Share of the budget within which a screen without a code is written with soft edges. */
const QUICK_SHARE = 0.25;
const GOOD_QUALITY = 60;
/** No such screen has fewer bytes at that quality. */
const GOOD_BYTES = 2_500;

async function plainScreen(
  screen: PlainScreen,
  { settings, baudRate }: MakeOptions,
  { tools }: Realm,
): Promise<MadePicture> {
  const tint = screen.kind === 'paid' ? 'green' : undefined;
  const most = budgetBytes(settings.budget_ms, baudRate);
  if (QUICK_SHARE * most > GOOD_BYTES) {
    const soft = writePanel(await composeScreen(screen, tools, settings, 'smooth'), GOOD_QUALITY, tint);
    if (soft.length <= QUICK_SHARE * most) return { jpeg: soft, facts: { bytes: soft.length } };
  }
  const bitmap = await composeScreen(screen, tools, settings, 'grid');
  const crisp = writePanel(bitmap, 'crisp', tint);
  const jpeg = crisp.length <= most ? crisp : writePanel(bitmap, 'fast', tint);
  return { jpeg, facts: { bytes: jpeg.length } };
}

/** Of the display, in px: a logo keeps this much white around it. */
const LOGO_MARGIN_PX = 32;

async function logoScreen(logo: string, options: MakeOptions, realm: Realm): Promise<MadePicture> {
  try {
    // A logo of one colour is seen against the white around it.
    const [image] = await viewsOf(logo, 0);
    const sheet = onSheet(await fitToBox(image, LOGO_MARGIN_PX));
    const jpeg = writePhoto(sheet, budgetBytes(options.settings.budget_ms, options.baudRate));
    return { jpeg, facts: { bytes: jpeg.length } };
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    // A logo that cannot be read must not keep the counter from going back to idle.
    return plainScreen({ kind: 'idle' }, options, realm);
  }
}
