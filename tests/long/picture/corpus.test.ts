/** The whole corpus, each verified picture read by a decoder that is not the product's, every third by two. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { PictureMaker } from '../../../shared/picture/picture.ts';
import { CLASSES, corpusCase } from '../../support/corpus/cases.ts';
import { corpusMaker, faultsOf, hasZbar } from '../../support/corpus/check.ts';

/** Versions 1…15 at four levels, each library in turn. */
const PER_CLASS = 60;

describe('the corpus', () => {
  let maker: PictureMaker;
  beforeAll(async () => {
    maker = await corpusMaker();
  });

  it.each(CLASSES)('%s', async (kind) => {
    const faults: string[] = [];
    for (let index = 0; index < PER_CLASS; index++)
      faults.push(
        ...(await faultsOf(
          await corpusCase(kind, index),
          maker,
          index % 3 === 0 && hasZbar() ? 'jsqr and zbar' : 'jsqr',
        )),
      );
    expect(faults).toEqual([]);
  });
});
