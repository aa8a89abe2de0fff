/**
 * `GET /api/device/update?device_id=&version=&platform=`, with the device's token: what the tray should run. The
 * manifest travels as the exact text that was signed, because a signature is over bytes, not over meanings: verify
 * first (ed25519 over the UTF-8 bytes of `manifest`), parse afterwards, then check version, platform and SHA-256.
 */
import * as v from 'valibot';
import { Id } from './fields.ts';

/**
 * Program versions as `1.4.0` or `1.4.0-rc.1`; compared by their numbers, a suffix comes before the version without.
 */
const Version = v.pipe(v.string(), v.maxLength(64), v.regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/));

export const UPDATE_PLATFORMS = ['win32-x64', 'linux-x64'] as const;
export type UpdatePlatform = (typeof UPDATE_PLATFORMS)[number];

/** What `manifest` holds once it is parsed. */
export const UpdateManifest = v.object({
  product: v.literal('counterqr-tray'),
  version: Version,
  platform: v.picklist(UPDATE_PLATFORMS),
  /** The file's name in the relay's folder of updates. */
  file: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Lower-case hex. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /**
   * ISO 8601; a tray refuses a manifest that is older than the one it last took, so that nobody can play an old one.
   */
  signed_at: v.string(),
});
export type UpdateManifest = v.InferOutput<typeof UpdateManifest>;

export const UpdateQuery = v.object({
  device_id: Id,
  /** What runs now. */
  version: Version,
  platform: v.picklist(UPDATE_PLATFORMS),
});

/** Nothing newer, or this device's turn has not come: `{update: false}`. */
export const UpdateAnswer = v.variant('update', [
  v.looseObject({ update: v.literal(false) }),
  v.looseObject({
    update: v.literal(true),
    manifest: v.string(),
    /** Base64 of the 64 bytes of the ed25519 signature over `manifest`. */
    signature: v.string(),
    /** Where the file is, relative to the relay's `/api/device`; asked with the device's token like the manifest. */
    url: v.string(),
  }),
]);
export type UpdateAnswer = v.InferOutput<typeof UpdateAnswer>;

/** Negative when `one` comes before `other`. */
export function compareVersions(one: string, other: string): number {
  const [oneNumbers, oneSuffix] = split(one);
  const [otherNumbers, otherSuffix] = split(other);
  for (const [index, number] of oneNumbers.entries()) {
    const difference = number - (otherNumbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (oneSuffix === otherSuffix) return 0;
  if (oneSuffix === '') return 1;
  if (otherSuffix === '') return -1;
  return oneSuffix < otherSuffix ? -1 : 1;
}

function split(version: string): [number[], string] {
  const at = version.indexOf('-');
  const numbers = (at < 0 ? version : version.slice(0, at)).split('.').map(Number);
  return [numbers, at < 0 ? '' : version.slice(at + 1)];
}
