/**
 * What a relay remembers of its Redis, in a file in DATA_DIR: which store it is, and the generated keys, so that both
 * are known when Redis has lost them. Of another Redis than that of STORE_URL nothing is remembered.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { Mutex } from '../../../shared/util/mutex.ts';
import { atomicWrite } from '../../../node/atomic-write.ts';
import { readIfThere } from '../../../node/read-if-there.ts';

/** `id` has the length of a record's version, so that a commit compares it like one. */
export interface StoreId {
  readonly id: string;
  /** Ids that the store had before it was emptied, newest first. */
  readonly replaces: readonly string[];
}

export interface StoreMemory {
  storeId(): Promise<StoreId | undefined>;
  keepStoreId(store: StoreId): Promise<void>;
  /** The generated keys as text. */
  keys(): Promise<string | undefined>;
  keepKeys(text: string): Promise<void>;
}

const Remembered = v.object({
  /** Address without what is secret in it, and prefix of the keys. */
  redis: v.string(),
  store: v.optional(v.object({ id: v.string(), replaces: v.array(v.string()) })),
  keys: v.optional(v.string()),
});
type Remembered = v.InferOutput<typeof Remembered>;

export const STORE_MEMORY_FILE = 'redis-store.json';

/**
 * Readable by its owner only. Calls reject when the file cannot be read or written, with a sentence when it is damaged.
 */
export function memoryInFolder(dataDir: string, redis: string): StoreMemory {
  const path = join(dataDir, STORE_MEMORY_FILE);
  const turn = new Mutex();
  const read = async (): Promise<Remembered> => {
    const text = await readIfThere(path);
    if (text === undefined) return { redis };
    let remembered: Remembered;
    try {
      remembered = v.parse(Remembered, JSON.parse(text));
    } catch {
      // Without it a Redis that was emptied meanwhile would be taken for a new one.
      throw new Error(`${path} is damaged; restore it from a backup, or delete it if Redis still has its data`);
    }
    return remembered.redis === redis ? remembered : { redis };
  };
  const change = (part: Partial<Remembered>): Promise<void> =>
    turn.run(async () => {
      const before = await read();
      await atomicWrite(path, `${JSON.stringify({ ...before, ...part }, null, 2)}\n`);
    });
  return {
    storeId: async () => (await read()).store,
    keepStoreId: (store) => change({ store: { id: store.id, replaces: [...store.replaces] } }),
    keys: async () => (await read()).keys,
    async keepKeys(keys) {
      if ((await read()).keys !== keys) await change({ keys });
    },
  };
}
