/**
 * Lists what the product depends on, with licence and age, from package-lock.json and node_modules: `node
 * scripts/licences.mjs`. It asks no registry, so it works where `npm audit` gets no answer. It ends with 1 when a
 * licence is not one of ALLOWED. The age is that of the version in this repository: the day of the commit that locked
 * it. Old ones are the first to look at.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from './is-main.mjs';
import { tool } from './tools.mjs';

/** Licences that ask for no more than their text to be kept. */
export const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Zlib',
  'Python-2.0',
]);

/** Whether an SPDX expression can be kept with ALLOWED alone: of `OR` one side, of `AND` both. */
export function isAllowed(expression) {
  const text = expression.replaceAll(/[()]/g, ' ').trim();
  if (/\bOR\b/.test(text) && /\bAND\b/.test(text))
    return text.split(/\s+(?:OR|AND)\s+/).every((one) => ALLOWED.has(one));
  if (/\bOR\b/.test(text)) return text.split(/\s+OR\s+/).some((one) => ALLOWED.has(one.trim()));
  return text.split(/\s+AND\s+/).every((one) => ALLOWED.has(one.trim()));
}

/**
 * @param lock package-lock.json, parsed
 * @param licenceAt from a path in the lock to the licence that is installed there, as its package.json has it
 * @param lockedAt from a path in the lock to the time of the commit that locked this version, in ms
 * @returns one row a package, by name: `{ name, version, licence, kind, lockedAt }`; `kind` is product or development
 */
export function rowsOf(lock, licenceAt, lockedAt) {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.link !== true)
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      licence: licenceOf(entry.license ?? licenceAt(path)),
      kind: entry.dev === true || entry.devOptional === true ? 'development' : 'product',
      lockedAt: lockedAt.get(path),
    }))
    .sort((one, other) => one.name.localeCompare(other.name) || one.version.localeCompare(other.version));
}

/** Older packages have an object or a list. */
function licenceOf(licence) {
  if (typeof licence === 'string') return licence;
  if (Array.isArray(licence)) return licence.map(licenceOf).join(' OR ');
  return typeof licence?.type === 'string' ? licence.type : 'unknown';
}

/** The rows of the product whose licence is not allowed. */
export const refusedIn = (rows) => rows.filter(({ kind, licence }) => kind === 'product' && !isAllowed(licence));

function licenceIn(root) {
  return (path) => {
    try {
      const { license, licenses } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      return license ?? licenses;
    } catch (error) {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    }
  };
}

/**
 * @param blame package-lock.json as `git blame --line-porcelain` tells it
 * @returns from a path in the lock to the time of the commit that locked its version, in ms
 */
export function lockedTimes(blame) {
  const times = new Map();
  let path;
  let at = 0;
  for (const line of blame.split('\n')) {
    const time = /^committer-time (\d+)$/.exec(line)?.[1];
    if (time !== undefined) at = Number(time) * 1000;
    path = /^\t {4}"(node_modules\/[^"]+)": \{$/.exec(line)?.[1] ?? path;
    if (path !== undefined && /^\t {6}"version": /.test(line)) times.set(path, at);
  }
  return times;
}

/** Without git, or outside a clone, no age is known. */
function timesIn(root) {
  try {
    const options = { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, timeout: 60_000, stdio: 'pipe' };
    return lockedTimes(execFileSync(tool('git'), ['blame', '--line-porcelain', 'package-lock.json'], options));
  } catch {
    return new Map();
  }
}

const dayOf = (at) => (at === undefined ? 'age not known' : new Date(at).toISOString().slice(0, 10));

/** What is printed: product first, a line a package. */
export function report(rows) {
  const lines = ['product', 'development'].flatMap((kind) => {
    const these = rows.filter((row) => row.kind === kind);
    return [
      `${kind}: ${these.length} packages`,
      ...these.map(({ name, version, licence, lockedAt }) =>
        ['', name.padEnd(36), version.padEnd(12), licence.padEnd(20), dayOf(lockedAt)].join(' ').trimEnd(),
      ),
    ];
  });
  const refused = refusedIn(rows);
  for (const { name, version, licence } of refused)
    lines.push(
      `${name} ${version} has the licence ${licence}, which is not allowed in the product. Replace the package.`,
    );
  if (refused.length === 0) lines.push('Every licence of the product is allowed.');
  return lines.join('\n');
}

if (isMain(import.meta.filename)) {
  const root = join(import.meta.dirname, '..');
  const rows = rowsOf(
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')),
    licenceIn(root),
    timesIn(root),
  );
  console.log(report(rows));
  process.exitCode = refusedIn(rows).length === 0 ? 0 : 1;
}
