/** The maker as the executor sees it, with what Node lends it. */
import jpeg from 'jpeg-js';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MakeOptions, PictureMaker, Screen } from './picture.ts';
import { CodeReader, loadReader } from './qr/reader.ts';
import { readZxingWasm } from '../../tray/assets.ts';
import { DEFAULT_PICTURE_SETTINGS, type PictureSettings } from '../wire/picture.ts';
import { corpusMaker } from '../../tests/support/corpus/check.ts';
import { drawCode } from '../../tests/support/corpus/codes.ts';
import { beside, blank, fill, paintCode, toDataUri } from '../../tests/support/corpus/paint.ts';
import { because, noTool } from '../../tests/support/requirements.ts';
import { readByOthers, readWithJsqr, readWithZbar } from '../../tests/support/simulator/decode.ts';

const VERSION_8 =
  'https://pay.example.com/i/8f3a9c2e-1b7d-4e52-9a61-5d0c7e4b2f10?policy=POL-2024-0099123&amount=1200.50&currency=THB&sig=0a1b2c3d4e5f6';
const caption = { customerName: 'Åsa Lindström', amount: '1200.50', currency: 'THB' };

let maker: PictureMaker;
beforeAll(async () => {
  maker = await corpusMaker();
});

const options = (settings: Partial<PictureSettings> = {}, baudRate = 9_600): MakeOptions => ({
  settings: { ...DEFAULT_PICTURE_SETTINGS, ...settings },
  baudRate,
});
const ofText = (text: string): Screen => ({ kind: 'qr', source: { kind: 'text', text }, caption });
const ofImage = (dataUri: string): Screen => ({ kind: 'qr', source: { kind: 'image', dataUri } });

/** Share of ink in the rows below the code, where the caption stands. */
function inkBelow(file: Uint8Array, row: number): number {
  const { data, width, height } = jpeg.decode(file, { useTArray: true });
  let dark = 0;
  for (let at = row * width * 4; at < data.length; at += 4) if ((data[at] ?? 255) < 128) dark++;
  return dark / ((height - row) * width);
}

describe('a code', () => {
  it('is within the budget at the speed in use, and as large as it allows', async () => {
    const made = [
      await maker.make(ofText(VERSION_8), options({}, 9_600)),
      await maker.make(ofText(VERSION_8), options({}, 115_200)),
      await maker.make(ofText(VERSION_8), options({}, Infinity)),
    ];
    expect(made.map(({ facts }) => facts.module_px)).toEqual([4, 6, 6]);
    expect(made[0]?.facts).toMatchObject({ version: 8, verified: true });
    expect(made[0]?.facts.note).toBeUndefined();
    expect(made[0]?.jpeg.length).toBeLessThanOrEqual(3_840);
    for (const { jpeg: file, payload } of made) {
      expect(readWithJsqr(file)).toBe(VERSION_8);
      expect(payload).toBe(VERSION_8);
    }
  });

  // The panel encoder once wrote modules off the block grid, and zbar read none of them at full size though jsQR did.
  // tests/long/picture/versions.test.ts has all sizes.
  it.each([
    [66, 8],
    [130, 6],
    [270, 4.5],
  ])('of %i bytes is read by every decoder in the squares that a quick wire gets: %i px', async (length, modulePx) => {
    const text = `https://pay.example/p/${'x7Q'.repeat(90)}`.slice(0, length);
    const { jpeg: file, facts } = await maker.make(ofText(text), options({}, 115_200));
    expect(facts.module_px).toBe(modulePx);
    for (const [decoder, read] of Object.entries(readByOthers(file))) expect(read, decoder).toBe(text);
  });

  it('obeys a site that gives more or less time', async () => {
    const patient = await maker.make(ofText(VERSION_8), options({ budget_ms: 30_000 }));
    expect(patient.facts.module_px).toBe(6);
    const hasty = await maker.make(ofText(VERSION_8), options({ budget_ms: 2_900 }));
    expect(hasty.jpeg.length).toBeLessThanOrEqual(2_784);
    // There is no way to draw it in half a second; it is shown all the same, as small as it gets.
    const impossible = await maker.make(ofText(VERSION_8), options({ budget_ms: 500 }));
    expect(impossible.facts.verified).toBe(true);
    expect(impossible.jpeg.length).toBeLessThanOrEqual(hasty.jpeg.length);
    expect([patient, hasty, impossible].map(({ facts }) => facts.over_budget)).toEqual([undefined, undefined, true]);
  });

  it('obeys the wish for size', async () => {
    expect((await maker.make(ofText(VERSION_8), options({ size: 'large' }))).facts.module_px).toBe(6);
    expect((await maker.make(ofText(VERSION_8), options({ size: 'quick' }, 115_200))).facts.module_px).toBe(4);
  });

  it('carries the caption, or not', async () => {
    const shown = await maker.make(ofText(VERSION_8), options({ caption: 'always' }));
    const none = await maker.make(ofText(VERSION_8), options({ caption: 'off' }));
    expect(inkBelow(shown.jpeg, 340)).toBeGreaterThan(0.02);
    expect(inkBelow(none.jpeg, 400)).toBe(0);
    expect(none.jpeg.length).toBeLessThan(shown.jpeg.length);
  });

  it('says in its caption who pays, how much, and in what currency', async () => {
    const ofCaption = async (said: Partial<typeof caption>): Promise<string> => {
      const source = { kind: 'text', text: VERSION_8 } as const;
      const made = await maker.make({ kind: 'qr', source, caption: said }, options({ caption: 'always' }));
      return Buffer.from(made.jpeg).toString('base64');
    };
    const { customerName, amount, currency } = caption;
    const files = new Set<string>();
    for (const said of [
      caption,
      { ...caption, currency: 'USD' },
      { amount, customerName },
      { amount, currency },
      { customerName },
      { ...caption, customerName: 'Asa Lindstrom' },
      { ...caption, amount: '1200.51' },
      {},
    ])
      files.add(await ofCaption(said));
    expect(files.size).toBe(8);
    expect(await ofCaption({ amount: 'THB 1,200.50', customerName })).toBe(await ofCaption(caption));
  });

  it('keeps the amount before the name where the time is short, and says what is shown', async () => {
    const shown = async (budget_ms: number) =>
      (await maker.make(ofText(VERSION_8), options({ budget_ms }))).facts.caption;
    expect([await shown(4_000), await shown(2_750), await shown(2_550)]).toEqual([true, 'amount', false]);
    const off = await maker.make(ofText(VERSION_8), options({ caption: 'off' }));
    const none = await maker.make({ kind: 'qr', source: { kind: 'text', text: VERSION_8 } }, options());
    expect([off.facts.caption, none.facts.caption]).toEqual([undefined, undefined]);
  });

  it('with a caption of version 11 to 13 is within the time at 9600 baud', async () => {
    const shown = [];
    for (const length of [240, 280, 320]) {
      const { facts } = await maker.make(ofText('https://pay.example/'.padEnd(length, 'x7Qk2')), options());
      expect(facts.verified).toBe(true);
      expect(facts.bytes).toBeLessThanOrEqual(3_840);
      shown.push(facts.caption);
    }
    expect(shown).toEqual([true, true, 'amount']);
  });

  it('that begins like a payment string and breaks off is noted', async () => {
    const { facts } = await maker.make(ofText('00020101021129370016A00000067701'), options());
    expect(facts).toMatchObject({ verified: true, note: 'emv_malformed' });
  });

  const noZbar = noTool('zbarimg');
  it.skipIf(noZbar !== undefined)(`is read by zbarimg, too${because(noZbar)}`, async () => {
    const { jpeg: file } = await maker.make(ofText(VERSION_8), options());
    expect(readWithZbar(file)).toBe(VERSION_8);
  });

  it('is drawn at the wanted level', async () => {
    const versions: (number | undefined)[] = [];
    for (const ecc of ['L', 'M', 'Q', 'H'] as const)
      versions.push((await maker.make(ofText(VERSION_8), options({ ecc }))).facts.version);
    expect(versions).toEqual([6, 8, 10, 11]);
  });

  it('of 440 bytes is read back in modules between whole pixels', async () => {
    const text = 'https://pay.example/'.padEnd(440, 'x7Qk2');
    const { jpeg: file, facts } = await maker.make(ofText(text), options());
    expect(facts).toMatchObject({ version: 16, module_px: 3.75, verified: true, over_budget: true });
    for (const [decoder, read] of Object.entries(readByOthers(file))) expect(read, decoder).toBe(text);
  });

  // Of such, the layout in modules of 2 px once went out, because it has the fewest bytes.
  it('of 1,000 bytes is drawn in the largest modules there are, although it is not read back', async () => {
    const text = 'https://pay.example/'.padEnd(1_000, 'x7Qk2');
    const { jpeg: file, facts } = await maker.make(ofText(text), options());
    expect(facts).toMatchObject({ version: 26, module_px: 2.5, verified: false, over_budget: true });
    expect(facts.note).toMatch(/^(not_read_back|weak_contrast)$/);
    expect(readWithJsqr(file)).toBe(text);
  });

  it('is refused when the display has too few pixels for it', async () => {
    await expect(maker.make(ofText('x'.repeat(2_300)), options())).rejects.toMatchObject({ code: 'does_not_fit' });
  });

  it('is not worked on any more once nobody wants it', async () => {
    const gone = AbortSignal.abort();
    await expect(maker.make(ofText(VERSION_8), { ...options(), signal: gone })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('a picture', () => {
  const codePicture = async (text = VERSION_8) =>
    paintCode(await drawCode('zint', text, 'M'), { sizePx: 400, quiet: 4 });

  it('with two codes is shown as it is, and says so', async () => {
    const two = toDataUri(beside(await codePicture('one'), await codePicture('two')));
    expect((await maker.make(ofImage(two), options())).facts).toMatchObject({ verified: false, note: 'several_codes' });
  });

  it('without a code keeps its aspect on white, within the budget', async () => {
    const red = blank(600, 300, [220, 20, 20]);
    fill(red, 0, 0, 300, 300, [20, 20, 220]);
    const made = await maker.make(ofImage(toDataUri(red)), options({}, 115_200));
    expect(made.facts).toMatchObject({ verified: false, note: 'no_code' });
    const { data, width } = jpeg.decode(made.jpeg, { useTArray: true });
    const at = (x: number, y: number): number[] =>
      Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3));
    const near = (colour: readonly number[], wanted: readonly number[]): boolean =>
      colour.every((value, i) => Math.abs(value - (wanted[i] ?? 0)) < 12);
    // 600 x 300 becomes 320 x 160 in the middle of 480 rows.
    expect(near(at(60, 240), [20, 20, 220])).toBe(true);
    expect(near(at(260, 240), [220, 20, 20])).toBe(true);
    expect(near(at(160, 150), [255, 255, 255])).toBe(true);
    expect(near(at(160, 330), [255, 255, 255])).toBe(true);
  });

  it('is shown as it was sent when the code drawn anew is not read back; a text has nothing else to show', async () => {
    const sent = paintCode(await drawCode('zint', VERSION_8, 'M'), { sizePx: 400, quiet: 4, dark: [0, 0, 200] });
    const blue = toDataUri(sent);
    const read = Reflect.get(CodeReader.prototype, 'read');
    const spoilt = vi.spyOn(CodeReader.prototype, 'read').mockImplementation(function (
      this: CodeReader,
      image,
      effort,
    ) {
      return effort === 'plain' ? Promise.resolve([]) : read.call(this, image, effort);
    });
    onTestFinished(() => spoilt.mockRestore());
    const doubtful = { verified: false, note: 'not_read_back' };
    const picture = await maker.make(ofImage(blue), options({ size: 'quick' }, Infinity));
    expect(picture.facts).toEqual({ bytes: picture.jpeg.length, ...doubtful });
    const isBlue = (file: Uint8Array): boolean =>
      jpeg
        .decode(file, { useTArray: true })
        .data.some((value, i, all) => i % 4 === 2 && value - (all[i - 2] ?? 0) > 120);
    expect(isBlue(picture.jpeg)).toBe(true);
    const redrawn = await maker.make(ofImage(blue), options({ size: 'quick', picture: 'redraw' }, Infinity));
    expect(redrawn.facts).toMatchObject({ ...doubtful, module_px: 4 });
    expect(isBlue(redrawn.jpeg)).toBe(false);
    const text = await maker.make(ofText(VERSION_8), options({ size: 'quick' }, Infinity));
    expect(text.facts).toMatchObject({ ...doubtful, module_px: 4, version: 8 });
  });

  it('that is too rich for the time is shown all the same, and says so', async () => {
    const speckled = blank(320, 480, [0, 0, 0]);
    for (let at = 0; at < speckled.data.length; at += 4) speckled.data.fill((at * 2_654_435_761) >>> 24, at, at + 3);
    const [slow, quick] = [
      await maker.make(ofImage(toDataUri(speckled)), options({}, 9_600)),
      await maker.make(ofImage(toDataUri(speckled)), options({}, Infinity)),
    ];
    expect(slow.jpeg.length).toBeGreaterThan(3_840);
    expect(slow.facts).toMatchObject({ verified: false, note: 'no_code', over_budget: true });
    expect(quick.facts.over_budget).toBeUndefined();
  });

  it('is kept as it is where the site wants that', async () => {
    const made = await maker.make(ofImage(toDataUri(await codePicture())), options({ picture: 'photo' }, 115_200));
    expect(made.facts).toMatchObject({ verified: false, note: 'kept_as_photo' });
  });

  it('that is kept has no room for a caption, and says so', async () => {
    const source = { kind: 'image', dataUri: toDataUri(await codePicture()) } as const;
    const made = await maker.make({ kind: 'qr', source, caption }, options({ picture: 'photo' }, 115_200));
    expect(made.facts).toMatchObject({ note: 'kept_as_photo', caption: false });
  });

  it('without a code is refused where the site wants redrawn codes only', async () => {
    const landscape = blank(300, 200, [90, 160, 220]);
    fill(landscape, 0, 120, 300, 80, [40, 110, 30]);
    await expect(maker.make(ofImage(toDataUri(landscape)), options({ picture: 'redraw' }))).rejects.toMatchObject({
      code: 'no_code',
    });
    const code = await maker.make(ofImage(toDataUri(await codePicture())), options({ picture: 'redraw' }));
    expect(code.facts.verified).toBe(true);
  });
});

describe('the other screens', () => {
  const testCard = {
    kind: 'test',
    deviceName: 'SHOWROOM-PC-01',
    baudRate: 9_600,
    time: '2026-11-25T19:40:34.000Z',
  } as const;
  const message = 'The counter opens again at 14:00. Please take a number and have a seat.';
  /**
   * With the bytes that docs/picture.md says, and a few for other letters: none may take longer than the default 4 s.
   */
  const screens: readonly (readonly [screen: Screen, mostBytes: number])[] = [
    [{ kind: 'idle' }, 1_237],
    [{ kind: 'paid', caption }, 1_800],
    [{ kind: 'paid' }, 1_480],
    [{ kind: 'cancelled' }, 1_725],
    [testCard, 3_600],
    [{ kind: 'pairing', code: 'K7M4QX' }, 2_450],
    [{ kind: 'pairing', code: 'WWMMBG' }, 2_550],
    [{ kind: 'identify', deviceName: 'SHOWROOM-PC-01' }, 1_950],
    [{ kind: 'message', text: message }, 3_840],
  ];

  it.each(screens)('%j fits the display and the time at 9600 baud: %i bytes', async (screen, mostBytes) => {
    const { jpeg: file, facts } = await maker.make(screen, options());
    const { width, height, data } = jpeg.decode(file, { useTArray: true });
    expect([width, height]).toEqual([320, 480]);
    expect(facts).toEqual({ bytes: file.length });
    expect(file.length).toBeLessThanOrEqual(mostBytes);
    expect(data.some((value, i) => i % 4 === 0 && value < 60)).toBe(true);
  });

  it('show what they are for: the test card its greys, its lines, name, speed and time; the others their names and words', async () => {
    const card = { ...testCard, deviceName: 'PC-01' };
    const fileOf = async (screen: Screen): Promise<string> =>
      Buffer.from((await maker.make(screen, options())).jpeg).toString('base64');
    // The longer name's card is coded for the last of the time.
    for (const each of [card, testCard]) {
      const { data, width } = jpeg.decode(Buffer.from(await fileOf(each), 'base64'), { useTArray: true });
      const level = (x: number, y: number): number => data[(y * width + x) * 4] ?? NaN;
      const ramp = Array.from({ length: 9 }, (_, step) => level(32 + step * 32, 96));
      ramp.forEach((grey, step) => expect(Math.abs(grey - (step * 255) / 8)).toBeLessThan(4));
      const pairs = Array.from({ length: 60 }, (_, i) => 2 * i);
      expect(pairs.filter((px) => level(25 + px, 40) - level(24 + px, 40) > 100)).toHaveLength(60);
      expect(pairs.slice(0, 15).filter((px) => level(232, 25 + px) - level(232, 24 + px) > 100)).toHaveLength(15);
    }
    const others: readonly Screen[] = [
      { ...card, deviceName: 'PC-02' },
      { ...card, baudRate: 19_200 },
      { ...card, time: '2026-11-25T19:40:35.000Z' },
      { kind: 'pairing', code: 'K7M4QX' },
      { kind: 'pairing', code: 'K7M4QY' },
      { kind: 'identify', deviceName: 'PC-01' },
      { kind: 'identify', deviceName: 'PC-02' },
      { kind: 'paid', caption },
      { kind: 'paid' },
      { kind: 'cancelled' },
    ];
    const files = await Promise.all([card, ...others].map(fileOf));
    expect(new Set(files).size).toBe(files.length);
  });

  it.each(['PC-01', 'SHOWROOM-PC-01', 'Comptoir accueil Quatre-Bornes 17', 'Ελένη 🙂'.repeat(16)])(
    'show on the test card of %s a code that says which counter it is, and that it is no payment',
    async (deviceName) => {
      const reader = await loadReader(await readZxingWasm());
      for (const baudRate of [9_600, 115_200]) {
        const { jpeg: file } = await maker.make({ ...testCard, deviceName, baudRate }, options({}, baudRate));
        if (baudRate === 9_600 && deviceName.length < 40) expect(file.length).toBeLessThanOrEqual(3_840);
        const { data, width, height } = jpeg.decode(file, { useTArray: true });
        const codes = await reader.read({ data: new Uint8ClampedArray(data), width, height }, 'plain');
        const said = codes.map(({ text }) => text);
        expect(said).toEqual([expect.stringMatching(/^Counter QR test card: ./)]);
        const name = said[0]?.replace('Counter QR test card: ', '') ?? '';
        expect(deviceName.startsWith(name)).toBe(true);
        if (deviceName.length < 40) expect(name).toBe(deviceName);
        for (const [decoder, read] of Object.entries(readByOthers(file))) expect(read, decoder).toBe(said[0]);
      }
    },
  );

  it('show “paid” in green, on slow wires and quick ones', async () => {
    for (const baudRate of [9_600, 115_200]) {
      const { jpeg: file } = await maker.make({ kind: 'paid', caption }, options({}, baudRate));
      const { data } = jpeg.decode(file, { useTArray: true });
      // A corner: light, and more green than red or blue.
      const [red, green, blue] = data;
      expect(green).toBeGreaterThan(240);
      expect(Math.max(red ?? 255, blue ?? 255)).toBeLessThan(190);
    }
  });

  it('hold no finder pattern while idle: nothing for a camera to try', async () => {
    const { jpeg: file } = await maker.make({ kind: 'idle' }, options());
    const { data, width, height } = jpeg.decode(file, { useTArray: true });
    const runsOf = (pixels: readonly number[]): number[] =>
      pixels.reduce<{ dark: boolean; runs: number[] }>(
        ({ dark, runs }, level) =>
          level < 128 === dark
            ? { dark, runs: [...runs.slice(0, -1), (runs.at(-1) ?? 0) + 1] }
            : { dark: !dark, runs: [...runs, 1] },
        { dark: false, runs: [0] },
      ).runs;
    const lines = [
      ...Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => data[(y * width + x) * 4])),
      ...Array.from({ length: width }, (_, x) => Array.from({ length: height }, (_, y) => data[(y * width + x) * 4])),
    ];
    // Dark, light, dark, light, dark as 1:1:3:1:1, which is what readers look for.
    const looksLikeOne = (runs: readonly number[]): boolean =>
      runs.some((_, i) => {
        const [a, b, c, d, e] = runs.slice(i, i + 5);
        if (i % 2 === 0 || e === undefined) return false;
        const unit = (a + b + c + d + e) / 7;
        return [a / unit, b / unit, c / unit / 3, d / unit, e / unit].every((share) => share > 0.5 && share < 1.5);
      });
    expect(lines.filter((line) => looksLikeOne(runsOf(line)))).toEqual([]);
  });

  it('are soft-edged where the wire is quick', async () => {
    const [slow, quick] = [
      await maker.make({ kind: 'pairing', code: 'K7M4QX' }, options()),
      await maker.make({ kind: 'pairing', code: 'K7M4QX' }, options({}, 230_400)),
    ];
    expect(quick.jpeg.length).toBeGreaterThan(slow.jpeg.length);
  });

  it('show the site’s logo while idle, and the product’s own sign when that cannot be read', async () => {
    const logo = toDataUri(blank(200, 80, [0, 120, 60]));
    const green = await maker.make({ kind: 'idle' }, options({ idle_logo: logo }));
    const { data, width } = jpeg.decode(green.jpeg, { useTArray: true });
    const [red, middleGreen] = data.subarray((240 * width + 160) * 4);
    expect((middleGreen ?? 0) - (red ?? 0)).toBeGreaterThan(60);
    const own = await maker.make({ kind: 'idle' }, options());
    const broken = await maker.make({ kind: 'idle' }, options({ idle_logo: 'data:image/png;base64,AAAA' }));
    expect(broken.jpeg).toEqual(own.jpeg);
  });

  it('shorten what is too long, in any script', async () => {
    for (const text of ['x'.repeat(500), 'กรุณารับบัตรคิว'.repeat(30), '', ' ', '🙂'.repeat(80)]) {
      const { jpeg: file } = await maker.make({ kind: 'message', text }, options({}, 115_200));
      expect(file.length).toBeLessThan(80_000);
    }
  });
});
