/**
 * The station's Memory as one JSON file. All of it is read at the start and written at each change; it holds a few
 * hundred bytes.
 */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { atomicRename } from '../../node/atomic-write.ts';
import { readIfThere } from '../../node/read-if-there.ts';
import { Mutex } from '../../shared/util/mutex.ts';
import type { Memory } from '../../shared/station/station-types.ts';
import { backupOf, writeWithBackup } from './file-with-backup.ts';

export interface OpenedMemory {
  readonly memory: Memory;
  /** Said when the file could not be read as it should; a sentence for the log. */
  readonly problem?: string;
}

/** A damaged file is put aside, never taken for an empty one: the device's id and token are in it. */
export async function openFileMemory(path: string): Promise<OpenedMemory> {
  await mkdir(dirname(path), { recursive: true });
  const current = parse(await readIfThere(path));
  if (current.kind === 'entries') return { memory: fileMemory(path, current.entries) };
  const backup = parse(await readIfThere(backupOf(path)));
  if (current.kind === 'nothing')
    return { memory: fileMemory(path, backup.kind === 'entries' ? backup.entries : new Map<string, unknown>()) };
  await atomicRename(path, `${path}.damaged`);
  return backup.kind === 'entries'
    ? { memory: fileMemory(path, backup.entries), problem: `${path} was damaged; its backup is used.` }
    : { memory: fileMemory(path, new Map()), problem: `${path} was damaged and has no backup; starting anew.` };
}

type Parsed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'entries'; readonly entries: Map<string, unknown> };

function parse(text: string | undefined): Parsed {
  if (text === undefined) return { kind: 'nothing' };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'damaged' };
    return { kind: 'entries', entries: new Map(Object.entries(value)) };
  } catch {
    return { kind: 'damaged' };
  }
}

function fileMemory(path: string, entries: Map<string, unknown>): Memory {
  const writes = new Mutex();

  /**
   * One write after the other; memory is changed only when the file was, so that both tell the same after a failure.
   */
  function change(apply: (next: Map<string, unknown>) => void): Promise<void> {
    return writes.run(async () => {
      const next = new Map(entries);
      apply(next);
      await writeWithBackup(path, `${JSON.stringify(Object.fromEntries(next), undefined, 2)}\n`);
      apply(entries);
    });
  }

  return {
    get: async (key) => {
      await writes.idle();
      return structuredClone(entries.get(key));
    },
    set: (key, value) => {
      // Through JSON, so that what is read back is the same before and after a restart.
      const kept: unknown = JSON.parse(JSON.stringify(value));
      return change((map) => map.set(key, kept));
    },
    delete: (key) => change((map) => map.delete(key)),
  };
}
