/**
 * Signed updates for the tray, in a folder: for each platform `<platform>.json` with the manifest's text, its signature
 * and the share of displays that may have it, and beside it the files that manifests name. `scripts/sign-update.mjs`
 * writes them. The relay holds no signing key: a tray trusts a manifest for its signature, not its bringer. Here
 * is only seen to it that nothing incomplete goes out.
 */
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import * as v from 'valibot';
import { messageOf } from '../../shared/wire/errors.ts';
import { compareVersions, UPDATE_PLATFORMS, UpdateManifest, type UpdatePlatform } from '../../shared/wire/update.ts';
import type { UpdateOffer, UpdateSource } from '../routes/route.ts';

const Release = v.object({
  manifest: v.string(),
  signature: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{86}==$/, 'must be 64 bytes in base64')),
  /** How many per cent of the displays may have it. */
  percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
});

export interface Offer extends UpdateOffer {
  readonly percent: number;
  readonly manifest: UpdateManifest;
}

interface Seen {
  readonly stamp: string;
  readonly offer: Offer | undefined;
}

export class UpdateFolder implements UpdateSource {
  readonly #dir: string;
  readonly #log: Logger;
  readonly #seen = new Map<UpdatePlatform, Seen>();

  constructor(dir: string, log: Logger) {
    this.#dir = dir;
    this.#log = log;
  }

  /** The newer version that this device may have; its files are looked at again whenever they change. */
  async offerFor(platform: UpdatePlatform, version: string, deviceId: string): Promise<Offer | undefined> {
    const offer = await this.#current(platform);
    if (!offer || compareVersions(offer.manifest.version, version) <= 0) return undefined;
    return isChosen(deviceId, offer.manifest.version, offer.percent) ? offer : undefined;
  }

  /** A file that a manifest of this folder names, and no other. */
  async open(name: string): Promise<{ readonly stream: ReadStream; readonly bytes: number } | undefined> {
    for (const platform of UPDATE_PLATFORMS) {
      const offer = await this.#current(platform);
      if (offer?.manifest.file === name)
        return { stream: createReadStream(join(this.#dir, name)), bytes: offer.manifest.bytes };
    }
    return undefined;
  }

  async #current(platform: UpdatePlatform): Promise<Offer | undefined> {
    const path = join(this.#dir, `${platform}.json`);
    const stamp = await stampOf(path);
    if (stamp === undefined) return undefined;
    const before = this.#seen.get(platform);
    const whole = before?.offer && `${stamp} ${await stampOf(join(this.#dir, before.offer.manifest.file))}`;
    if (before && (before.stamp === whole || before.stamp === stamp)) return before.offer;
    try {
      const offer = await this.#read(path, platform);
      this.#seen.set(platform, { stamp: `${stamp} ${await stampOf(join(this.#dir, offer.manifest.file))}`, offer });
      this.#log.info({ platform, version: offer.manifest.version, percent: offer.percent }, 'an update is offered');
      return offer;
    } catch (error) {
      // A file that is being copied is looked at again once its release file changes; `sign-update` writes that last.
      this.#seen.set(platform, { stamp, offer: undefined });
      this.#log.error({ file: path, cause: messageOf(error) }, 'an update cannot be offered');
      return undefined;
    }
  }

  async #read(path: string, platform: UpdatePlatform): Promise<Offer> {
    const release = v.parse(Release, JSON.parse(await readFile(path, 'utf8')));
    const manifest = v.parse(UpdateManifest, JSON.parse(release.manifest));
    if (manifest.platform !== platform) throw new Error(`The manifest is for ${manifest.platform}.`);
    const { bytes, sha256 } = await digestOf(join(this.#dir, manifest.file));
    if (bytes !== manifest.bytes || sha256 !== manifest.sha256)
      throw new Error(`${manifest.file} is not the file that the manifest describes.`);
    return { text: release.manifest, signature: release.signature, percent: release.percent, manifest };
  }
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(path);
    return `${mtimeMs}:${size}`;
  } catch {
    return undefined;
  }
}

async function digestOf(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of createReadStream(path)) {
    hash.update(part as Buffer);
    bytes += (part as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** The same displays stay chosen while the share grows; another version begins with others. */
export function isChosen(deviceId: string, version: string, percent: number): boolean {
  const place = createHash('sha256').update(`${version} ${deviceId}`).digest().readUInt32BE(0) / 2 ** 32;
  return place * 100 < percent;
}
