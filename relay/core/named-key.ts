/** One of ADMIN_KEYS: a key, or `name:key`, so that the audit says which admin it was. */

export interface AdminKey {
  readonly key: string;
  /** Undefined: an admin without a name. */
  readonly name: string | undefined;
}

/** Letters, digits and what stands between them in names and mail addresses. */
const NAMED = /^([\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._@'’-]{0,38}[\p{L}\p{M}\p{N}])?)\s*:\s*(\S.*)$/u;

/** A colon that no name stands before is part of the key. */
export function parseAdminKey(text: string): AdminKey {
  const [, name, key] = NAMED.exec(text) ?? [];
  return key === undefined ? { key: text, name: undefined } : { key, name };
}

/** How the audit names an admin: `admin`, or `admin Asha`. */
export const adminWords = (name: string | undefined): string => (name === undefined ? 'admin' : `admin ${name}`);
