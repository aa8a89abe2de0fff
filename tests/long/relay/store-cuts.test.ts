/**
 * Every file of the lowdb store, cut at every byte: nothing that was answered is lost but what the cut took itself, and
 * that is told.
 */
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../support/store/memory-files.ts';
import { afterCut, toldByGroup, wrongAfterCut } from '../../support/store/store-story.ts';

describe('each file of the store cut at every byte', () => {
  for (const isStopped of [false, true])
    it(isStopped ? 'after a clean stop' : 'after a kill', async () => {
      const files = new MemoryFiles();
      const { teller, groups } = await toldByGroup(files);
      if (isStopped) await teller.database.close();
      const disk = files.after('kill');
      let cuts = 0;
      for (const path of disk.paths()) {
        const size = await disk.size(path);
        for (let length = 0; length < size; length++, cuts++) {
          const wrong = wrongAfterCut(disk, path, length, await afterCut(disk, path, length), groups);
          if (wrong !== undefined) expect.fail(`${path} cut to ${length} of ${size}: ${wrong}`);
        }
      }
      // After a clean stop there is less of a journal.
      expect(cuts).toBeGreaterThan(isStopped ? 5_000 : 10_000);
    });
});
