/**
 * The ways to a picture that are compared, each from the same PNG: the original's, and ours as the maker chooses them.
 */
import { DISPLAY_WIDTH } from '../../../shared/wire/display.ts';
import { encodePanel } from '../../../shared/picture/encode/panel-encoder.ts';
import type { Caption, MadePicture, PictureMaker } from '../../../shared/picture/picture.ts';
import { moduleSizes } from '../../../shared/picture/qr/place.ts';
import type { QrSymbol } from '../../../shared/picture/qr/symbol.ts';
import { drawText } from '../../../shared/picture/qr/draw.ts';
import { qrSheet } from '../../../shared/picture/screens/qr-screen.ts';
import { DEFAULT_PICTURE_SETTINGS, type PictureSettings } from '../../../shared/wire/picture.ts';
import type { GreyImage } from './capture.ts';
import type { Sample } from './classes.ts';

export const BAUD = 9600;

const uriOf = ({ png }: Sample): string => `data:image/png;base64,${Buffer.from(png).toString('base64')}`;

async function make(
  maker: PictureMaker,
  sample: Sample,
  settings: Partial<PictureSettings>,
  baudRate: number,
  caption?: Caption,
): Promise<MadePicture> {
  const made = await maker.make(
    { kind: 'qr', source: { kind: 'image', dataUri: uriOf(sample) }, ...(caption ? { caption } : {}) },
    { settings: { ...DEFAULT_PICTURE_SETTINGS, ...settings }, baudRate },
  );
  if (made.facts.verified !== true || made.payload !== sample.text)
    throw new Error(`Not verified: ${JSON.stringify(made.facts)}`);
  return made;
}

/**
 * Exact edges at the cheap module sizes, however long the wire takes: what a larger budget than the smallest chooses.
 */
export const makeCrisp = (maker: PictureMaker, sample: Sample): Promise<MadePicture> =>
  make(maker, sample, { size: 'quick', budget_ms: 60_000 }, BAUD);

/** As shipped, with who pays how much below the code: letters are searched for where the codebook has modules. */
export const makeCaptioned = (maker: PictureMaker, sample: Sample, caption: Caption): Promise<MadePicture> =>
  make(maker, sample, {}, BAUD, caption);

/** The largest modules that fit the display, whatever they cost. */
export const makeLarge = (maker: PictureMaker, sample: Sample): Promise<MadePicture> =>
  make(maker, sample, { size: 'large' }, Infinity);

/** As shipped: what a customer at a 9600 baud display gets. */
export const makeDefault = (maker: PictureMaker, sample: Sample): Promise<MadePicture> => make(maker, sample, {}, BAUD);

/**
 * The table for codes that are over the budget otherwise; undefined where 8 px modules fit, which have no use for it.
 */
export function makeFast({ text }: Sample): Uint8Array | undefined {
  const symbol = drawText(text, 'M');
  if (quickModulePx(symbol) === 8) return undefined;
  const encoded = encodePanel(qrSheet(symbol, 4).bitmap, 'fast');
  return encoded.kind === 'encoded' ? encoded.jpeg : undefined;
}

/**
 * The sheet of `crisp` and `fast` before it is coded: what coding costs in captures is the difference to this, not to
 * another layout.
 */
export function drawnOnly({ text }: Sample): GreyImage {
  const symbol = drawText(text, 'M');
  const { width, height, grey } = qrSheet(symbol, quickModulePx(symbol)).bitmap;
  return { width, height, data: grey };
}

const quickModulePx = ({ matrix }: QrSymbol): 4 | 8 => (moduleSizes(matrix, DISPLAY_WIDTH)[0] >= 8 ? 8 : 4);

/** Bytes that no coding of this form goes below: an empty sheet, and the code's own codewords. */
export function blankBytes(): number {
  const encoded = encodePanel({ width: 320, height: 480, grey: new Uint8Array(320 * 480).fill(255) }, 'crisp');
  return encoded.kind === 'encoded' ? encoded.jpeg.length : NaN;
}
