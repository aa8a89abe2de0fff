/** Every file of the lowdb store, cut at every byte: nothing that was answered is lost, and the damage is told. */
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../support/store/memory-files.ts';
import { afterCut, chapters, openTeller, STORY } from '../../support/store/store-story.ts';

/** The story runs with a running relay's files (not closed), and with those of one that was stopped. */
async function disk(isStopped: boolean): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const teller = await openTeller(files);
  for (const step of STORY.keys()) await teller.tell(step);
  if (isStopped) await teller.database.close();
  return files.after('kill');
}

describe('each file of the store cut at every byte', () => {
  for (const isStopped of [false, true])
    it(isStopped ? 'after a clean stop' : 'after a kill', async () => {
      const told = (await chapters(new MemoryFiles())).at(-1);
      const files = await disk(isStopped);
      let cuts = 0;
      for (const path of files.paths()) {
        const size = await files.size(path);
        for (let length = 0; length < size; length++, cuts++) {
          const found = await afterCut(files, path, length);
          if (found.answers !== told || !found.isTold)
            expect(found, `${path} cut to ${length} of ${size}`).toEqual({ answers: told, isTold: true });
        }
      }
      // After a clean stop there is less of a journal.
      expect(cuts).toBeGreaterThan(isStopped ? 5_000 : 10_000);
    });
});
