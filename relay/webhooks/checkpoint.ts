/** A file beside the waiting messages: the time up to which every end of a command is published or among them. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { atomicWrite } from '../../node/atomic-write.ts';
import { readIfThere } from '../../node/read-if-there.ts';

const Checkpoint = v.object({
  /**
   * Every end at this relay up to then is published or waits to be. Milliseconds of the store's clock, as all times
   * here.
   */
  toldUntilMs: v.number(),
  /** The relay was running then; what ended much later was ended by another relay. */
  aliveAtMs: v.number(),
  /** Commands that ended after `toldUntilMs` and are published. */
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
    async write(mark) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await atomicWrite(path, JSON.stringify(mark));
    },
  };
}
