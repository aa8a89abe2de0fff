/** A walk through the corpus; tests/long/picture/corpus.test.ts goes through all of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { PictureMaker } from './picture.ts';
import { CLASSES, corpusCase } from '../../tests/support/corpus/cases.ts';
import { corpusMaker, faultsOf } from '../../tests/support/corpus/check.ts';

/** One of the sixty of each class. */
const INDEX = 7;

describe('pictures of codes, as web apps send them', () => {
  let maker: PictureMaker;
  beforeAll(async () => {
    maker = await corpusMaker();
  });

  it.each(CLASSES)(
    '%s',
    async (kind) => {
      expect(await faultsOf(await corpusCase(kind, INDEX), maker, 'jsqr')).toEqual([]);
      // The first one also compiles everything, which takes long on a busy machine.
    },
    60_000,
  );
});
