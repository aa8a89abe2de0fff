import { expect, it } from 'vitest';
import { seeded } from '../../../tests/support/station/station-rig.ts';
import { CandidateCache, KEPT_BLOCKS } from './candidates.ts';
import { FAST } from './profile.ts';

it('keeps what comes again and forgets what does not, however many letters it meets', () => {
  const book = new CandidateCache(FAST);
  const random = seeded(11);
  const white = new Uint8Array(64).fill(255);
  const first = book.choicesFor(white);
  for (let n = 0; n < 3 * KEPT_BLOCKS; n++) {
    book.choicesFor(Uint8Array.from({ length: 64 }, (_, i) => (i < 4 ? Math.floor(256 * random()) : 255)));
    if (n % 50 === 0) expect(book.choicesFor(white)).toBe(first);
  }
  expect(book.size).toBeLessThanOrEqual(2 * KEPT_BLOCKS);
});
