/** The picture code where it runs: Chromium's own image decoders and fonts, in a worker, the WebAssembly from the same origin. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PICTURE_ERRORS } from '../../shared/picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../shared/schemas.ts';
import { CLASSES, corpusCase } from '../corpus/cases.ts';
import { fuzzInput, fuzzSeeds } from '../corpus/fuzz.ts';
import { jpegSize, readWithJsqr } from '../rig/decode.ts';
import { PictureWorker } from '../rig/picture-worker.ts';
import { because, noBrowser } from '../rig/requirements.ts';

const why = noBrowser();
const options = (baudRate: number) => ({ settings: DEFAULT_PICTURE_SETTINGS, baudRate });

describe.skipIf(why !== undefined)(`pictures made in Chromium${because(why)}`, () => {
  let worker: PictureWorker;
  beforeAll(async () => {
    worker = await PictureWorker.open();
  });
  afterAll(() => worker?.close());

  it.each(CLASSES)('%s', async (kind) => {
    const each = await corpusCase(kind, 7);
    const dataUri = each.dataUri;
    const made = await worker.make({ kind: 'qr', source: { kind: 'image', dataUri } }, options(each.baudRate));
    if (!('jpeg' in made)) throw new Error(`${each.name}: ${JSON.stringify(made)} ${worker.console.join('\n')}`);
    expect(jpegSize(made.jpeg), each.name).toEqual({ width: 320, height: 480 });
    expect(made.facts.verified, each.name).toBe(each.payload !== undefined);
    if (each.payload === undefined) return;
    expect(made.payload, each.name).toBe(each.payload);
    expect(readWithJsqr(made.jpeg), each.name).toBe(each.payload);
  });

  it('makes a picture or refuses with a closed code, whatever comes', async () => {
    const seeds = await fuzzSeeds();
    const outcomes = new Set<string>();
    for (let index = 0; index < 110; index++) {
      const { dataUri, kind } = fuzzInput(index, seeds);
      const made = await worker.make({ kind: 'qr', source: { kind: 'image', dataUri } }, options(9_600));
      if ('jpeg' in made) outcomes.add('made');
      else {
        expect(made.name, `${kind}: ${made.message}`).toBe('PictureError');
        expect(PICTURE_ERRORS, kind).toContain(made.code);
        outcomes.add(made.code ?? '');
      }
    }
    expect([...outcomes]).toEqual(
      expect.arrayContaining(['made', 'not_an_image', 'image_too_large', 'unsupported_image']),
    );
  });

  it('draws a caption in any script that the computer has letters for', async () => {
    const plain = await worker.drawText('Lindstrom');
    const accented = await worker.drawText('Lindström');
    expect(accented.width).toBe(plain.width);
    // The two dots.
    expect(accented.ink).toBeGreaterThan(plain.ink);
    for (const text of ['Ελένη Παππά', 'Екатерина', 'محمد علي', 'Nguyễn Thị Hồng', 'สมชาย', '佐藤 太郎']) {
      const { ink, width } = await worker.drawText(text);
      expect(ink, text).toBeGreaterThan(50);
      expect(width, text).toBeGreaterThan(40);
    }
  });

  it('shows a caption below a code that is still read', async () => {
    const text = 'https://pay.example.com/i/8f3a9c2e?amount=1200.50';
    const caption = { customerName: 'Zoë Nguyễn-Παππά', amount: '1,200.50', currency: 'THB' };
    const settings = { ...DEFAULT_PICTURE_SETTINGS, caption: 'always' } as const;
    const made = await worker.make(
      { kind: 'qr', source: { kind: 'text', text }, caption },
      { settings, baudRate: 9_600 },
    );
    if (!('jpeg' in made)) throw new Error(JSON.stringify(made));
    expect(made.facts.verified).toBe(true);
    expect(readWithJsqr(made.jpeg)).toBe(text);
  });
});
