/** The command line of `npm run chrome-policy`, checked; a mistake ends in one sentence. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NAME_PLACEHOLDER, VENDOR_IDS } from './policies.mjs';

const USAGE = `npm run chrome-policy -- --origin https://pay.example --name-from hostname

  --origin URL            where the relay's pages are; https, or http://localhost (or a name that ends in
                          .localhost) for a trial
  --base-path /qr         if BASE_PATH is set on the relay
  --name-from hostname    each PC is called what its system calls it; install scripts fill it in
  --name-from names.txt   one name a line: a folder for each PC
  --name-from NAME        this one PC
  --enrol-key-file FILE   the enrol key, so that kiosks register by themselves; without it the admin approves each
  --vendor-ids 303a,1a86  USB vendors of your displays, hexadecimal
  --out FOLDER            default: dist/chrome-policy
`;

/** A mistake of the person at the keyboard, told without a stack. */
export class UsageError extends Error {}

function originOf(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === 'http:' && /^(.+\.)?localhost$/.test(url.hostname);
  if (!url || (url.protocol !== 'https:' && !isLocal) || url.pathname !== '/' || url.search || url.hash)
    throw new UsageError(
      `--origin must be like https://pay.example, without a path; Chrome gives no serial port to ${text || 'nothing'}.`,
    );
  return url.origin;
}

function namesOf(from) {
  if (from === 'hostname') return [NAME_PLACEHOLDER];
  const names = existsSync(from)
    ? readFileSync(from, 'utf8')
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'))
    : [from];
  // They become folder names, too.
  const bad = names.find((name) => !/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u.test(name));
  if (bad !== undefined || names.length === 0)
    throw new UsageError(`--name-from: ${JSON.stringify(bad ?? '')} is not a computer's name.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new UsageError(`--name-from: ${twice} is there twice; each display needs a name of its own.`);
  return names;
}

function vendorIdsOf(text) {
  if (text === undefined) return VENDOR_IDS;
  const ids = text.split(',').map((id) => (/^(0x)?[0-9a-f]{1,4}$/i.test(id.trim()) ? parseInt(id, 16) : NaN));
  if (ids.some(Number.isNaN)) throw new UsageError('--vendor-ids must be hexadecimal numbers like 303a,1a86.');
  return ids;
}

/** The first line without a `#`; DATA_DIR/keys of the relay holds one a line. */
function keyOf(file) {
  if (file === undefined) return undefined;
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--enrol-key-file: ${error.message}`);
  }
  const key = text.split(/\r?\n/).find((line) => line.trim() !== '' && !line.startsWith('#'));
  if (!key) throw new UsageError(`--enrol-key-file: ${file} holds no key.`);
  return key.trim();
}

export function readOptions(args) {
  const text = { type: 'string' };
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        origin: text,
        'base-path': text,
        'name-from': text,
        'enrol-key-file': text,
        'vendor-ids': text,
        out: text,
      },
    }));
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${USAGE}`);
  }
  if (!values.origin || !values['name-from']) throw new UsageError(USAGE);
  const origin = originOf(values.origin);
  const path = (values['base-path'] ?? '').replace(/^\/*|\/+$/g, '');
  return {
    origin,
    base: path === '' ? origin : `${origin}/${path}`,
    names: namesOf(values['name-from']),
    enrolKey: keyOf(values['enrol-key-file']),
    vendorIds: vendorIdsOf(values['vendor-ids']),
    out: values.out ?? 'dist/chrome-policy',
  };
}
