/** The three key rings. What the environment does not set is generated once and kept in DATA_DIR, readable by its owner only. */
import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { messageOf } from '../shared/errors.ts';
import { ConfigError, type Config } from './config.ts';

export interface Keys {
  readonly app: readonly string[];
  readonly enrol: readonly string[];
  readonly admin: readonly string[];
}

const KeyFile = v.object({ app: v.string(), enrol: v.string(), admin: v.string() });
type KeyFile = v.InferOutput<typeof KeyFile>;

const newKey = (role: string): string => `${role}_${randomBytes(24).toString('base64url')}`;

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (messageOf(error).startsWith('ENOENT')) return undefined;
    throw error;
  }
  try {
    return v.parse(KeyFile, JSON.parse(text));
  } catch {
    // New keys would lock out every web app and every kiosk that is to be enrolled; that is a person's decision.
    throw new ConfigError(
      `The key file ${path} is damaged. Restore it from a backup, or delete it to have new keys generated.`,
    );
  }
}

async function writeKeyFile(path: string, keys: KeyFile): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(temporary, 0o600);
  await rename(temporary, path);
}

/** `isNew`: keys were generated just now, so that they can be shown once. */
export async function loadKeys(config: Config): Promise<{ readonly keys: Keys; readonly isNew: boolean }> {
  const { appKeys, enrolKeys, adminKeys } = config;
  if (appKeys && enrolKeys && adminKeys)
    return { keys: { app: appKeys, enrol: enrolKeys, admin: adminKeys }, isNew: false };
  const path = join(config.dataDir, 'keys.json');
  const known = await readKeyFile(path);
  const kept = known ?? { app: newKey('app'), enrol: newKey('enrol'), admin: newKey('admin') };
  if (!known) await writeKeyFile(path, kept);
  return {
    keys: { app: appKeys ?? [kept.app], enrol: enrolKeys ?? [kept.enrol], admin: adminKeys ?? [kept.admin] },
    isNew: !known,
  };
}
