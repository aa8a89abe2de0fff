/**
 * Messages that wait for delivery, one small file each: a restart loses none, and a slow receiver delays no other.
 * A message is delivered at least once; a receiver recognises repeats by `webhook-id`.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { atomicRename, atomicWrite } from '../../node/atomic-write.ts';
import { isDiskRefusing, isMissing } from '../../node/error-code.ts';

const QueuedMessage = v.object({
  id: v.string(),
  url: v.string(),
  body: v.string(),
  attempts: v.number(),
  /** Milliseconds since the epoch. */
  dueAtMs: v.number(),
});
export type QueuedMessage = v.InferOutput<typeof QueuedMessage>;

export interface DeliveryQueue {
  load(): Promise<QueuedMessage[]>;
  put(message: QueuedMessage): Promise<void>;
  remove(id: string): Promise<void>;
}

/** @param onDamaged Called with a file that could not be read; it is set aside, not deleted. */
export function deliveryQueueInFolder(folder: string, onDamaged: (file: string) => void): DeliveryQueue {
  const fileOf = (id: string): string => join(folder, `${encodeURIComponent(id)}.json`);
  return {
    async load() {
      // A disk that is full or read-only has no folder perhaps, and is waited for as the store does.
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch(unlessDiskRefuses);
      const found: QueuedMessage[] = [];
      for (const name of await readdir(folder).catch(noneIfMissing)) {
        const path = join(folder, name);
        // Drafts of a relay that was killed while it wrote; `.new` is version 0.1's.
        if (/\.(new|tmp)$/.test(name)) await rm(path, { force: true }).catch(unlessDiskRefuses);
        if (!name.endsWith('.json')) continue;
        try {
          found.push(v.parse(QueuedMessage, JSON.parse(await readFile(path, 'utf8'))));
        } catch {
          await atomicRename(path, `${path}.damaged`);
          onDamaged(`${path}.damaged`);
        }
      }
      return found.sort((a, b) => a.dueAtMs - b.dueAtMs);
    },
    async put(message) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await atomicWrite(fileOf(message.id), JSON.stringify(message));
    },
    remove: (id) => rm(fileOf(id), { force: true }),
  };
}

function unlessDiskRefuses(error: unknown): void {
  if (!isDiskRefusing(error)) throw error;
}

function noneIfMissing(error: unknown): string[] {
  if (!isMissing(error)) throw error;
  return [];
}
