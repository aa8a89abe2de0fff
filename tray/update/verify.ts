/**
 * Whether an update may be run: signed by the key that this program was built or installed with, meant for this
 * platform, newer than what runs, and the very file that was signed. Nothing is parsed before its signature is right.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import * as v from 'valibot';
import { compareVersions, UpdateManifest, type UpdatePlatform } from '../../shared/wire/update.ts';

/** SubjectPublicKeyInfo of an ed25519 key without its 32 bytes (RFC 8410, section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

/** @param text base64 of the raw 32 bytes @throws Error with a sentence */
export function readUpdateKey(text: string): KeyObject {
  const raw = Buffer.from(text, 'base64');
  if (raw.length !== KEY_BYTES) throw new Error('The update key must be the base64 of 32 bytes (docs/tray.md).');
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

/** What the relay sent, and what is kept beside the file, so that it can be checked again at each start. */
export interface SignedManifest {
  /** The exact text that was signed. */
  readonly manifest: string;
  /** Base64. */
  readonly signature: string;
}

export type Verified =
  { readonly kind: 'right'; readonly manifest: UpdateManifest } | { readonly kind: 'wrong'; readonly why: string };

export interface UpdateRequirements {
  readonly key: KeyObject;
  readonly platform: UpdatePlatform;
  /** What runs; only newer versions are right. */
  readonly version: string;
  /** ISO 8601 of the youngest manifest taken so far: nobody can bring back an old release with holes. */
  readonly notBefore?: string | undefined;
}

const wrong = (why: string): Verified => ({ kind: 'wrong', why });

export function verifyManifest(
  signed: SignedManifest,
  { key, platform, version, notBefore }: UpdateRequirements,
): Verified {
  const text = Buffer.from(signed.manifest, 'utf8');
  const signature = Buffer.from(signed.signature, 'base64');
  if (!verify(null, text, key, signature)) return wrong('its signature is not right');
  const parsed = v.safeParse(UpdateManifest, parseJson(signed.manifest));
  if (!parsed.success) return wrong('its manifest makes no sense');
  const manifest = parsed.output;
  if (manifest.platform !== platform) return wrong(`it is for ${manifest.platform}`);
  if (compareVersions(manifest.version, version) <= 0) return wrong(`${manifest.version} is not newer than ${version}`);
  const signedAt = Date.parse(manifest.signed_at);
  if (Number.isNaN(signedAt)) return wrong('its manifest has no date');
  if (notBefore !== undefined && signedAt < Date.parse(notBefore)) return wrong('a younger one was taken before');
  return { kind: 'right', manifest };
}

/** Size and SHA-256 of the file on disk, compared with what was signed. */
export async function isSignedFile(path: string, { bytes, sha256 }: UpdateManifest): Promise<boolean> {
  try {
    if ((await stat(path)).size !== bytes) return false;
    const hash = createHash('sha256');
    for await (const part of createReadStream(path)) hash.update(part as Buffer);
    return hash.digest('hex') === sha256;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
