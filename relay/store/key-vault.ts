/** The vault of the relay's generated keys, which lies where the store does. What the keys are, auth/keys.ts says. */
import { join } from 'node:path';
import { atomicWrite } from '../../node/atomic-write.ts';
import { readIfThere } from '../../node/read-if-there.ts';

/** Keeps the generated keys as text. Relays that share a store share its vault, and so its keys. */
export interface KeyVault {
  /** For people: a path, or a place in Redis. */
  readonly where: string;
  /** What prints the keys for who may read them, and in which service of compose.yaml (docs/operator.md). */
  readonly readBy: { readonly command: string; readonly service: 'relay' | 'redis' };
  read(): Promise<string | undefined>;
  /** Keeps the text unless there is one already; what was kept first is read afterwards. */
  keep(text: string): Promise<void>;
}

/** In DATA_DIR, readable by its owner only. */
export function keyFile(dataDir: string): KeyVault {
  const path = join(dataDir, 'keys.json');
  return {
    where: path,
    readBy: { command: `cat ${path}`, service: 'relay' },
    read: () => readIfThere(path),
    keep: (text) => atomicWrite(path, text),
  };
}
