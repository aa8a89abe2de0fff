/**
 * What browsers show and a display once refused, spoilt or left blank. The kiosk's half:
 * tests/e2e/picture-in-browser.test.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { asRgbJpeg, browserFiles, BROWSER_FILE_TEXT } from '../../../tests/support/corpus/browser-files.ts';
import { corpusMaker } from '../../../tests/support/corpus/check.ts';
import { blank, toDataUri } from '../../../tests/support/corpus/paint.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../wire/picture.ts';
import { PictureError, type PictureMaker } from '../picture.ts';
import { decodeImage } from './decode-image.ts';

let maker: PictureMaker;
beforeAll(async () => {
  maker = await corpusMaker();
});

const make = (dataUri: string) =>
  maker.make(
    { kind: 'qr', source: { kind: 'image', dataUri } },
    { settings: DEFAULT_PICTURE_SETTINGS, baudRate: 9_600 },
  );

const files = await browserFiles();

it.each(files)('$name: the code is found and shown', async ({ dataUri }) => {
  const { facts, payload } = await make(dataUri);
  expect(facts).toMatchObject({ verified: true });
  expect(payload).toBe(BROWSER_FILE_TEXT);
});

describe('a picture of one colour', () => {
  it.each([
    ['white', blank(300, 300, [255, 255, 255])],
    ['nearly white', { ...blank(300, 300, [255, 255, 255]), data: blank(300, 300, [250, 250, 250]).data }],
    ['nothing at all', { width: 64, height: 64, data: new Uint8Array(64 * 64 * 4) }],
  ])('is refused: %s', async (_, picture) => {
    const refusal = await make(toDataUri(picture)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PictureError);
    expect(refusal).toMatchObject({ code: 'no_contrast' });
  });
});

it.each([true, false])('an RGB JPEG keeps its colours: Adobe segment %s', async (adobe) => {
  const file = Buffer.from(toDataUri(blank(16, 16, [255, 255, 255]), 95).split(',')[1] ?? '', 'base64');
  const { data } = await decodeImage(asRgbJpeg(file, adobe), 'image/jpeg');
  // Luma of white and no chroma, taken as red, green and blue.
  expect(Array.from(data.subarray(0, 4))).toEqual([255, 128, 128, 255]);
});
