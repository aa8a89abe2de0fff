/**
 * Signs a version of the tray and lays it into the relay's folder of updates (`UPDATE_DIR`). The private key stays with
 * who releases: the relay never has it, so a relay that was broken into cannot make a hundred PCs run something.
 *
 *   node scripts/sign-update.mjs new-key KEY.pem node scripts/sign-update.mjs sign --key KEY.pem --folder UPDATES
 *   --platform win32-x64 --version 1.2.0 [--percent 10] FILE node scripts/sign-update.mjs stage --folder UPDATES
 *   --platform win32-x64 --percent 50
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMain } from './is-main.mjs';
import { giveUp } from './ready.mjs';

const PLATFORMS = ['win32-x64', 'linux-x64'];
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
/** An ed25519 key is the last 32 bytes of its SubjectPublicKeyInfo (RFC 8410). */
const KEY_BYTES = 32;

/**
 * @param {import('node:crypto').KeyObject} key private or public @returns {string} base64 of the 32 raw bytes, as the
 * tray's build and settings take it
 */
export function updateKeyOf(key) {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES).toString('base64');
}

/** Writes a new private key and answers its public one. */
export function makeKey(path) {
  if (existsSync(path)) throw new Error(`${path} is there already; a key is not to be lost by accident.`);
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  return updateKeyOf(privateKey);
}

/** Copies `file` into `folder` under a name of its own and writes `<platform>.json` beside it, that last. */
export function signUpdate({ key, folder, platform, version, percent = 100, file, signedAt = new Date() }) {
  check(platform, percent);
  if (!VERSION.test(version)) throw new Error(`"${version}" is no version such as 1.2.0.`);
  const content = readFileSync(file);
  const name = `${basename(file, extname(file))}-${version}${extname(file)}`;
  const manifest = JSON.stringify({
    product: 'counterqr-tray',
    version,
    platform,
    file: name,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    signed_at: signedAt.toISOString(),
  });
  const privateKey = createPrivateKey(readFileSync(key));
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`${key} is no ed25519 key; make one with new-key.`);
  const signature = sign(null, Buffer.from(manifest, 'utf8'), privateKey).toString('base64');
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, join(folder, `${name}.draft`));
  renameSync(join(folder, `${name}.draft`), join(folder, name));
  writeRelease(folder, platform, { manifest, signature, percent });
  return { name, manifest, signature };
}

/** Changes how many per cent of the displays may have what is signed already. */
export function stageUpdate({ folder, platform, percent }) {
  check(platform, percent);
  const path = join(folder, `${platform}.json`);
  if (!existsSync(path)) throw new Error(`${path} is not there; sign a version first.`);
  writeRelease(folder, platform, { ...JSON.parse(readFileSync(path, 'utf8')), percent });
}

function check(platform, percent) {
  if (!PLATFORMS.includes(platform)) throw new Error(`The platform is one of ${PLATFORMS.join(', ')}.`);
  if (!(percent >= 0 && percent <= 100)) throw new Error('The share is 0 to 100 per cent.');
}

function writeRelease(folder, platform, release) {
  const path = join(folder, `${platform}.json`);
  writeFileSync(`${path}.draft`, `${JSON.stringify(release, undefined, 2)}\n`);
  renameSync(`${path}.draft`, path);
}

const USAGE = `Usage:
  node scripts/sign-update.mjs new-key KEY.pem
  node scripts/sign-update.mjs sign --key KEY.pem --folder UPDATES --platform win32-x64 --version 1.2.0 [--percent 10] FILE
  node scripts/sign-update.mjs stage --folder UPDATES --platform win32-x64 --percent 50`;

function main([task, ...args]) {
  const text = { type: 'string' };
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { key: text, folder: text, platform: text, version: text, percent: text },
  });
  const { key, folder, platform, version } = values;
  const percent = values.percent === undefined ? undefined : Number(values.percent);
  const [file] = positionals;
  if (task === 'new-key' && file) {
    console.log(`${file} is the private key: keep it where releases are made, and a copy in a safe.`);
    console.log(`Public key, for COUNTERQR_UPDATE_KEY of the build or /UPDATEKEY of the installer:\n${makeKey(file)}`);
  } else if (task === 'sign' && key && folder && platform && version && file) {
    const { name } = signUpdate({
      key,
      folder,
      platform,
      version,
      file,
      ...(percent === undefined ? {} : { percent }),
    });
    console.log(`${name} for ${platform} is in ${folder}, for ${percent ?? 100} % of the displays.`);
  } else if (task === 'stage' && folder && platform && percent !== undefined) {
    stageUpdate({ folder, platform, percent });
    console.log(`${platform}: ${percent} % of the displays may have it.`);
  } else throw new Error(USAGE);
}

if (isMain(import.meta.filename))
  try {
    main(process.argv.slice(2));
  } catch (error) {
    giveUp(error.message);
  }
