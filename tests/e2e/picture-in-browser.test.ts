/**
 * The picture code where it runs: Chromium's own image decoders and fonts, in a worker, the WebAssembly from the same
 * origin.
 */
import jpeg from 'jpeg-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PICTURE_ERRORS } from '../../shared/picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../shared/wire/picture.ts';
import { BROWSER_FILES, browserFiles } from '../support/corpus/browser-files.ts';
import { CLASSES, corpusCase } from '../support/corpus/cases.ts';
import { corpusMaker } from '../support/corpus/check.ts';
import { fuzzInput, fuzzSeeds } from '../support/corpus/fuzz.ts';
import { piecesOf, STACKED_THAI } from '../support/corpus/ink.ts';
import { ORIENTATIONS, withOrientation } from '../support/corpus/oriented.ts';
import { blank, fill, toDataUri } from '../support/corpus/paint.ts';
import { jpegSize, readWithJsqr } from '../support/simulator/decode.ts';
import { PictureWorker } from '../support/browser/picture-worker.ts';
import { because, noBrowser, noTool } from '../support/requirements.ts';

const why = noBrowser();
const options = (baudRate: number) => ({ settings: DEFAULT_PICTURE_SETTINGS, baudRate });

/** The picture in 8 x 12 colours that only say which of red, green and blue are bright. */
function coarse(file: Uint8Array): string {
  const { data, width } = jpeg.decode(file, { useTArray: true });
  return Array.from({ length: 96 }, (_, i) => {
    const at = ((Math.floor(i / 8) * 40 + 20) * width + (i % 8) * 40 + 20) * 4;
    return [0, 1, 2].map((channel) => ((data[at + channel] ?? 0) > 127 ? 1 : 0)).join('');
  }).join(' ');
}

describe.skipIf(why !== undefined)(`pictures made in Chromium${because(why)}`, () => {
  let worker: PictureWorker;
  beforeAll(async () => {
    worker = await PictureWorker.open();
  });
  afterAll(() => worker?.close());

  // The same decoders in both: a browser's own differ in chroma, gamma and half-transparent pixels.
  describe('makes the same bytes as the tray of the same file', () => {
    const madeOf = async (dataUri: string, picture: 'auto' | 'photo', baudRate = 9_600) => {
      const tray = await corpusMaker();
      const screen = { kind: 'qr', source: { kind: 'image', dataUri } } as const;
      const settings = { ...DEFAULT_PICTURE_SETTINGS, picture };
      const made = await worker.make(screen, { settings, baudRate });
      if (!('jpeg' in made)) throw new Error(`${JSON.stringify(made)} ${worker.console.join('\n')}`);
      const { jpeg: ours } = await tray.make(screen, { settings, baudRate });
      return { made, areSame: Buffer.compare(Buffer.from(made.jpeg), Buffer.from(ours)) === 0 };
    };
    const sameBytes = async (dataUri: string, picture: 'auto' | 'photo') => (await madeOf(dataUri, picture)).areSame;
    const files = browserFiles();

    it.each(BROWSER_FILES)('%s', async (name) => {
      const { dataUri } = (await files).find((file) => file.name === name)!;
      expect(await sameBytes(dataUri, 'auto')).toBe(true);
      expect(await sameBytes(dataUri, 'photo')).toBe(true);
    });

    it.each(CLASSES)('corpus: %s, with the code that it says', async (kind) => {
      const { dataUri, payload, baudRate, name } = await corpusCase(kind, 7);
      const { made, areSame } = await madeOf(dataUri, 'auto', baudRate);
      expect(areSame, name).toBe(true);
      expect(jpegSize(made.jpeg), name).toEqual({ width: 320, height: 480 });
      expect(made.facts.verified, name).toBe(payload !== undefined);
      expect(made.payload, name).toBe(payload);
      if (payload !== undefined) expect(readWithJsqr(made.jpeg), name).toBe(payload);
    });
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

  it('draws the accents of a caption', async () => {
    const plain = await worker.drawText('Lindstrom');
    const accented = await worker.drawText('Lindström');
    expect(accented.width).toBe(plain.width);
    // The two dots.
    expect(accented.ink).toBeGreaterThan(plain.ink);
  });

  // Two words of each.
  it.for<readonly [script: string, one: string, other: string]>([
    ['Greek', 'Ελένη', 'Παππά'],
    ['Cyrillic', 'Екатерина', 'Станислав'],
    ['Arabic', 'محمد', 'كريم'],
    ['Vietnamese', 'Nguyễn', 'Phương'],
    ['Thai', 'สมชาย', 'ประภา'],
    ['Japanese', '佐藤', '鈴木'],
  ])('draws letters, not empty boxes: %s', async ([script, one, other], { skip }) => {
    const missing = noTool(`a font with ${script} letters`);
    skip(missing !== undefined, missing);
    const words = [one, other];
    const lookOf = async (text: string): Promise<string> => (await worker.drawText(text)).look;
    // U+E000 belongs to nobody: every font draws its sign for a letter that it has not.
    const box = await lookOf('\ue000');
    const letters = [...new Set(words.join('').replace(/\p{Mark}/gu, ''))];
    const looks = await Promise.all(letters.map(lookOf));
    const boxes = letters.filter((_, i) => looks[i] === box);
    const [first, second] = await Promise.all(words.map(lookOf));
    expect(boxes, script).toEqual([]);
    expect(looks.filter((look) => !look.includes('#'))).toEqual([]);
    expect(new Set(looks).size).toBe(letters.length);
    expect(first).not.toBe(second);
    for (const [i, word] of words.entries())
      expect([first, second][i]).not.toBe(await lookOf('\ue000'.repeat([...word].length)));
  });

  it.for(STACKED_THAI)('sets a Thai tone mark above the vowel: $letter$vowel$tone', async (parts, { skip }) => {
    const missing = noTool('a font with Thai letters');
    skip(missing !== undefined, missing);
    const { letter, vowel, tone } = parts;
    const piecesIn = async (text: string): Promise<number> => {
      const { look, width } = await worker.drawText(text);
      return piecesOf(look, width);
    };
    const alone = await piecesIn(letter);
    expect(await piecesIn(letter + vowel)).toBe(alone + 1);
    expect(await piecesIn(letter + vowel + tone)).toBe(alone + 2);
  });

  it('holds a photograph as it says itself, and as the tray holds it', async () => {
    const quarters = blank(64, 32, [250, 250, 250]);
    fill(quarters, 0, 0, 32, 16, [220, 20, 20]);
    fill(quarters, 32, 0, 32, 16, [20, 200, 20]);
    fill(quarters, 0, 16, 32, 16, [20, 20, 220]);
    const file = Buffer.from(toDataUri(quarters, 95).split(',')[1] ?? '', 'base64');
    const tray = await corpusMaker();
    const settings = { ...DEFAULT_PICTURE_SETTINGS, picture: 'photo' } as const;
    const seen = new Set<string>();
    for (const orientation of ORIENTATIONS) {
      const dataUri = `data:image/jpeg;base64,${Buffer.from(withOrientation(file, orientation)).toString('base64')}`;
      const screen = { kind: 'qr', source: { kind: 'image', dataUri } } as const;
      const made = await worker.make(screen, { settings, baudRate: 115_200 });
      if (!('jpeg' in made)) throw new Error(JSON.stringify(made));
      const colours = coarse(made.jpeg);
      expect(colours, `orientation ${orientation}`).toBe(
        coarse((await tray.make(screen, { settings, baudRate: 115_200 })).jpeg),
      );
      seen.add(colours);
    }
    expect(seen.size).toBe(8);
  });

  it('holds no frame of the page while it works', async () => {
    const caption = { customerName: 'Zoë Nguyễn-Παππά', amount: '1,200.50', currency: 'THB' };
    let slowestMs = 0;
    const pictures = async (): Promise<void> => {
      for (let n = 0; n < 8; n++) {
        const text = `https://pay.example.com/${n}/`.padEnd(150, 'x');
        const made = await worker.make({ kind: 'qr', source: { kind: 'text', text }, caption }, options(9_600));
        if (!('jpeg' in made)) throw new Error(JSON.stringify(made));
        slowestMs = Math.max(slowestMs, made.tookMs);
      }
    };
    const { heldMs, longestMs, frames, elapsedMs } = await worker.pageDuring(pictures);
    expect(frames).toBeGreaterThan(8);
    // A busy machine may put the page aside for a moment; work on the page's thread would hold it nearly all the time.
    expect(heldMs).toBeLessThan(elapsedMs / 10);
    // Nor once for long: a picture made by the page would have held it for all of its time, on a busy machine for as
    // much more.
    expect(longestMs).toBeLessThan(slowestMs / 2);
    const held = await worker.pageDuring(() => worker.holdPage(400));
    expect(held.heldMs).toBeGreaterThanOrEqual(350);
    expect(held.longestMs).toBeGreaterThanOrEqual(350);
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
