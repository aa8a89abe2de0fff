/** A few hundred broken inputs; tests/long/picture/fuzz.test.ts sends 50,000. */
import { beforeAll, expect, it } from 'vitest';
import type { PictureMaker } from './picture.ts';
import { corpusMaker } from '../../tests/support/corpus/check.ts';
import { fuzzInput, fuzzSeeds } from '../../tests/support/corpus/fuzz.ts';
import { outcomeOf } from '../../tests/support/corpus/survive.ts';

let maker: PictureMaker;
beforeAll(async () => {
  maker = await corpusMaker();
});

it('takes a progressive JPEG and an interlaced PNG, but not those that go on for ever or break off', async () => {
  const seeds = await fuzzSeeds();
  const outcomes: string[] = [];
  for (const { mime, bytes } of seeds.slice(-4))
    outcomes.push(await outcomeOf(`data:${mime};base64,${Buffer.from(bytes).toString('base64')}`, maker));
  expect(outcomes).toEqual(['image_too_large', 'no_contrast', 'no_contrast', 'not_an_image']);
});

it('makes a picture or refuses with a closed code, whatever comes', async () => {
  const seeds = await fuzzSeeds();
  const outcomes = new Set<string>();
  for (let index = 0; index < 330; index++) outcomes.add(await outcomeOf(fuzzInput(index, seeds).dataUri, maker));
  // The inputs are broken in more than one way, and some are not broken enough.
  for (const seen of ['not_an_image', 'image_too_large', 'unsupported_image', 'made, verified'])
    expect([...outcomes]).toContain(seen);
});
