/**
 * A folder of version 0.1 (made by it: tests/support/store/folder-0.1.json) is converted at the first start, and 0.1
 * refuses what comes out.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../../tests/support/store/memory-files.ts';
import folder from '../../../tests/support/store/folder-0.1.json' with { type: 'json' };
import { answersOf, reopened } from '../../../tests/support/store/store-story.ts';

function oldDisk(): MemoryFiles {
  const files = new MemoryFiles();
  for (const [name, text] of Object.entries(folder.files)) files.put(`/data/${name}`, Buffer.from(text));
  return files;
}

/** What 0.1 answered: of an open command it did not say the display's name. */
function asThen(answers: string): string {
  const all = JSON.parse(answers) as { commands: Record<string, { endedAt?: number; computerName?: string }> };
  for (const command of Object.values(all.commands)) if (command.endedAt === undefined) delete command.computerName;
  return JSON.stringify(all);
}

const isOld = (path: string): boolean => /snapshot\.json|\.[ab]$|\.jsonl$/.test(path);

describe('a folder of version 0.1', () => {
  it('is read and converted: all that could be asked is answered as before, and its files are gone', async () => {
    const files = oldDisk();
    const { answers, teller } = await reopened(files);
    expect(asThen(answers)).toBe(folder.answers);
    expect(teller.damage).toEqual([]);
    expect(files.paths().filter(isOld)).toEqual([]);
    await teller.tell(13).catch(() => undefined);
    const now = await answersOf(teller);
    for (const end of ['kill', 'power cut'] as const) expect((await reopened(files.after(end))).answers).toBe(now);
  });

  it('loses nothing when one of its files is damaged, as there', async () => {
    for (const name of Object.keys(folder.files)) {
      const files = oldDisk();
      files.cut(`/data/${name}`, 30);
      expect(asThen((await reopened(files)).answers), name).toBe(folder.answers);
    }
  });

  it('is converted once, whatever ends the process in the middle of it', async () => {
    let total = 0;
    const whole = oldDisk();
    whole.before = () => void total++;
    await reopened(whole);
    expect(total).toBeGreaterThan(30);
    for (const end of ['kill', 'power cut'] as const)
      for (let nth = 1; nth <= total; nth++) {
        const files = oldDisk();
        let [count, crashed]: [number, MemoryFiles | undefined] = [0, undefined];
        files.before = () => {
          if (++count === nth) crashed = files.after(end);
        };
        await reopened(files);
        const { answers, teller } = await reopened(crashed ?? files);
        expect(asThen(answers), `${end} at operation ${nth}`).toBe(folder.answers);
        expect(teller.damage).toEqual([]);
        expect((crashed ?? files).paths().filter(isOld)).toEqual([]);
      }
  });

  it('is told as damaged where both copies of something were gone', async () => {
    const files = oldDisk();
    const pictures = Object.keys(folder.files).filter((name) => name.startsWith('pictures/'));
    expect(pictures).toHaveLength(2);
    for (const name of pictures) files.cut(`/data/${name}`, 30);
    const { teller } = await reopened(files);
    expect(teller.damage).toContain('/data/pictures/c13-3');
  });
});

it('0.1 refuses a folder of this version before it changes anything, with a sentence that says why', async () => {
  const files = new MemoryFiles();
  await reopened(files);
  // What snapshot.ts and sealed.ts of 0.1 do with the file that they look at first.
  const data = files.bytes('/data/snapshot.previous.json');
  const at = data.lastIndexOf(0x0a, -2);
  const seal = JSON.parse(data.toString('utf8', at + 1)) as { sha256: string };
  expect(createHash('sha256').update(data.subarray(0, at)).digest('hex')).toBe(seal.sha256);
  expect(() => void JSON.parse(data.toString('utf8', 0, at))).toThrow(`"A newer relay's data" is not valid JSON`);
});
