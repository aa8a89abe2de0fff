/** A note beside the waiting messages: up to when everything that ended here is known to be among them. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

const Mark = v.object({
  /** Every command that this relay ended up to then is told or waits to be. Milliseconds of the store's clock, as all here. */
  toldUntilMs: v.number(),
  /** The relay was at work then; what ended much later, another one ended. */
  aliveAtMs: v.number(),
  /** Ended since `toldUntilMs` and told all the same. */
  told: v.array(v.string()),
});
export type Mark = v.InferOutput<typeof Mark>;

export interface MarkFile {
  /** `undefined`: there is none, as before the first start. Rejects when it is damaged. */
  read(): Promise<Mark | undefined>;
  write(mark: Mark): Promise<void>;
}

export function markInFolder(folder: string): MarkFile {
  const path = join(folder, 'told-until');
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : v.parse(Mark, JSON.parse(text));
    },
    async write(mark) {
      const file = await open(`${path}.next`, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(mark));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.next`, path);
    },
  };
}
