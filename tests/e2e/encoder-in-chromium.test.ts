/**
 * Chromium, too, sees in the encoder's files what the model says: the kiosk proves its pictures with Chromium's
 * decoder.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePanel } from '../../shared/picture/encode/panel-encoder.ts';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { clipped, modelOf } from '../support/jpeg/model.ts';
import { readJpeg } from '../support/jpeg/read-jpeg.ts';
import { tableSamples } from '../support/jpeg/tables.ts';

const why = noBrowser();
const samples = await tableSamples();

describe.skipIf(why !== undefined)(`The encoder's files in Chromium${because(why)}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it.each(samples)('$table', async ({ panel, profile }) => {
    const encoded = encodePanel(panel, profile);
    if (encoded.kind === 'refused') throw new Error(encoded.code);
    const page = await browser.newPage();
    const pixels = await page.evaluate(async (base64) => {
      const file = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([file], { type: 'image/jpeg' }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
      canvas.drawImage(bitmap, 0, 0);
      const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
      let text = '';
      for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(data[i], data[i + 1], data[i + 2]);
      return { width: bitmap.width, height: bitmap.height, base64: btoa(text) };
    }, Buffer.from(encoded.jpeg).toString('base64'));
    await page.close();
    const rgb = Buffer.from(pixels.base64, 'base64');
    expect([pixels.width, pixels.height]).toEqual([320, 480]);
    let [worst, coloured] = [0, 0];
    modelOf(readJpeg(encoded.jpeg)).luma.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(rgb[i * 3 + 1] - clipped(value)));
      if (rgb[i * 3] !== rgb[i * 3 + 1] || rgb[i * 3 + 2] !== rgb[i * 3 + 1]) coloured++;
    });
    expect(coloured).toBe(0);
    expect(worst).toBeLessThanOrEqual(1.01);
  });
});
