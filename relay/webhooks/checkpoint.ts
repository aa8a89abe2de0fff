/** A note beside the waiting messages: up to when everything that ended here is known to be among them. */
import { join } from 'node:path';
import * as v from 'valibot';
import { atomicWrite } from '../../node/atomic-write.ts';
import { readIfThere } from '../../node/read-if-there.ts';

const Checkpoint = v.object({
  /** Every command that this relay ended up to then is told or waits to be. Milliseconds of the store's clock, as all here. */
  toldUntilMs: v.number(),
  /** The relay was at work then; what ended much later, another one ended. */
  aliveAtMs: v.number(),
  /** Ended since `toldUntilMs` and told all the same. */
  told: v.array(v.string()),
});
export type Checkpoint = v.InferOutput<typeof Checkpoint>;

export interface CheckpointFile {
  /** `undefined`: there is none, as before the first start. Rejects when it is damaged. */
  read(): Promise<Checkpoint | undefined>;
  write(mark: Checkpoint): Promise<void>;
}

export function checkpointInFolder(folder: string): CheckpointFile {
  const path = join(folder, 'told-until');
  return {
    async read() {
      const text = await readIfThere(path);
      return text === undefined ? undefined : v.parse(Checkpoint, JSON.parse(text));
    },
    write: (mark) => atomicWrite(path, JSON.stringify(mark)),
  };
}
