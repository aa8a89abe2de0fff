/** The heartbeats of the last day over a restart. A lost or damaged file costs only the strip on the admin page. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { atomicWrite } from '../../node/atomic-write.ts';
import type { KeptHeartbeats } from './heartbeats.ts';

const NAME = 'heartbeats.json';
const Kept = v.object({ slot: v.pipe(v.number(), v.integer()), strips: v.record(v.string(), v.string()) });

export async function readHeartbeats(dataDir: string): Promise<KeptHeartbeats | undefined> {
  try {
    return v.parse(Kept, JSON.parse(await readFile(join(dataDir, NAME), 'utf8')));
  } catch {
    return undefined;
  }
}

export const writeHeartbeats = (dataDir: string, kept: KeptHeartbeats): Promise<void> =>
  atomicWrite(join(dataDir, NAME), JSON.stringify(kept));
