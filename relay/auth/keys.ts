/** The three key rings. What the environment does not set is generated once and kept with the store. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { AdminKey } from '../core/named-key.ts';
import { ConfigError, type Config } from '../config.ts';
import type { KeyVault } from '../store/key-vault.ts';

export interface Keys {
  readonly app: readonly string[];
  readonly enrol: readonly string[];
  readonly admin: readonly AdminKey[];
}

const KeyFile = v.object({ app: v.string(), enrol: v.string(), admin: v.string() });
type KeyFile = v.InferOutput<typeof KeyFile>;

const newKey = (role: string): string => `${role}_${randomBytes(24).toString('base64url')}`;

function parseKeys(text: string, where: string): KeyFile {
  try {
    return v.parse(KeyFile, JSON.parse(text));
  } catch {
    // New keys would lock out every web app and every kiosk that is to be enrolled; that is a person's decision.
    throw new ConfigError(
      `The generated keys in ${where} are damaged. Restore them from a backup, or delete them to have new keys generated.`,
    );
  }
}

/** `isNew`: keys were generated just now, so that they can be shown once. */
export async function loadKeys(
  { appKeys, enrolKeys, adminKeys }: Pick<Config, 'appKeys' | 'enrolKeys' | 'adminKeys'>,
  vault: KeyVault,
): Promise<{ readonly keys: Keys; readonly isNew: boolean }> {
  if (appKeys && enrolKeys && adminKeys)
    return { keys: { app: appKeys, enrol: enrolKeys, admin: adminKeys }, isNew: false };
  const known = await vault.read();
  let text = known;
  if (text === undefined) {
    const fresh: KeyFile = { app: newKey('app'), enrol: newKey('enrol'), admin: newKey('admin') };
    await vault.keep(`${JSON.stringify(fresh, null, 2)}\n`);
    text = await vault.read();
  }
  const kept = parseKeys(text ?? '', vault.where);
  return {
    keys: {
      app: appKeys ?? [kept.app],
      enrol: enrolKeys ?? [kept.enrol],
      admin: adminKeys ?? [{ key: kept.admin, name: undefined }],
    },
    isNew: known === undefined,
  };
}
