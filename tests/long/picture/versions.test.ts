/** Codes of every version and of many lengths, of which the unit tests look at a few. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { MakeOptions, PictureMaker, Screen } from '../../../shared/picture/picture.ts';
import { DEFAULT_PICTURE_SETTINGS } from '../../../shared/wire/picture.ts';
import { corpusMaker } from '../../support/corpus/check.ts';
import { encodesEverySize } from '../../support/jpeg/every-size.ts';
import { readByOthers } from '../../support/simulator/decode.ts';

describe('the panel encoder never throws', () => {
  it.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    'for a code of version %i, in every size of square',
    encodesEverySize,
  );
});

describe('the maker', () => {
  let maker: PictureMaker;
  beforeAll(async () => {
    maker = await corpusMaker();
  });
  const ofText = (text: string): Screen => ({ kind: 'qr', source: { kind: 'text', text } });
  const at = (baudRate: number): MakeOptions => ({ settings: DEFAULT_PICTURE_SETTINGS, baudRate });

  // The panel encoder once wrote modules off the block grid, and zbar read none of them at full size though jsQR did.
  it.each([
    [14, 8],
    [40, 8],
    [66, 8],
    [95, 7],
    [130, 6],
    [180, 5.5],
    [230, 5],
    [270, 4.5],
  ])('draws %i bytes in squares that every decoder reads, on a quick wire: %d px', async (length, modulePx) => {
    const text = `https://pay.example/p/${'x7Q'.repeat(90)}`.slice(0, length);
    const { jpeg: file, facts } = await maker.make(ofText(text), at(115_200));
    expect(facts.module_px).toBe(modulePx);
    for (const [decoder, read] of Object.entries(readByOthers(file))) expect(read, decoder).toBe(text);
  });

  it.each([
    [440, 16, 3.75],
    [600, 19, 3.25],
  ])('reads %i bytes back in modules between whole pixels: version %i, %d px', async (length, version, modulePx) => {
    const text = 'https://pay.example/'.padEnd(length, 'x7Qk2');
    const { jpeg: file, facts } = await maker.make(ofText(text), at(9_600));
    expect(facts).toMatchObject({ version, module_px: modulePx, verified: true, over_budget: true });
    for (const [decoder, read] of Object.entries(readByOthers(file))) expect(read, decoder).toBe(text);
  });
});
