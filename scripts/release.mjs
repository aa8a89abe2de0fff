/**
 * `node scripts/release.mjs 0.2.0` makes a release of what is checked out: dist/release with the SDK's tarball, the
 * tray's installers if they were built, SHA256SUMS and NOTES.md (the version's part of CHANGELOG.md), and the tag
 * v0.2.0 on this commit. `--dry-run` does all but the tag. Pushes nothing; its last lines say how.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './built.mjs';
import { isMain } from './is-main.mjs';
import { ensureInstalled, giveUp, npm, root } from './ready.mjs';
import { tool } from './tools.mjs';

/** In dist/tray, as scripts/build-tray.mjs names them, signed by scripts/sign-tray.mjs. */
const INSTALLERS = ['CounterQR-Setup.exe', 'CounterQR.msi'];

const git = (folder, ...args) => execFileSync(tool('git'), args, { cwd: folder, encoding: 'utf8' }).trim();

/** The version's part of a changelog, without its heading. @throws Error where there is none, or nothing in it */
export function notesOf(changelog, version) {
  const lines = changelog.split('\n');
  const title = (line) => /^## (\S+)/.exec(line)?.[1];
  const start = lines.findIndex((line) => title(line) === version);
  if (start < 0) throw new Error(`CHANGELOG.md has no part “## ${version}”. Give “Unreleased” this heading first.`);
  const end = lines.findIndex((line, index) => index > start && title(line) !== undefined);
  const notes = lines
    .slice(start + 1, end < 0 ? undefined : end)
    .join('\n')
    .trim();
  if (notes === '') throw new Error(`CHANGELOG.md says nothing under “## ${version}”.`);
  return `${notes}\n`;
}

/** Refuses what would not be the release that its name says. @throws Error with what to do */
function check(folder, version) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`“${version}” is no version such as 0.2.0.`);
  const stated = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  if (stated !== version)
    throw new Error(`package.json says ${stated}. Run: npm version ${version} --no-git-tag-version, and commit that.`);
  if (git(folder, 'status', '--porcelain') !== '')
    throw new Error('There are changes that are not committed; the tag would not have them.');
  if (git(folder, 'tag', '--list', `v${version}`) !== '') throw new Error(`There is a tag v${version} already.`);
}

/** An installer older than the commit holds another program than the tag. @throws Error */
function installersOf(folder) {
  const committedAt = Number(git(folder, 'show', '--no-patch', '--format=%ct', 'HEAD')) * 1000;
  const there = INSTALLERS.filter((name) => existsSync(join(folder, 'dist/tray', name)));
  for (const name of there)
    if (statSync(join(folder, 'dist/tray', name)).mtimeMs < committedAt)
      throw new Error(`dist/tray/${name} is older than this commit. Build it again, or remove it: npm run build:tray`);
  return there;
}

const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/**
 * @param {{ folder?: string, version: string, mode: 'dry-run' | 'tag', pack: (to: string) => unknown }} options `pack`
 * puts the SDK's tarball into a folder
 * @returns {Promise<{ tag: string, notes: string, files: string[] }>} `files`: names in dist/release, without
 * SHA256SUMS
 * @throws Error with a sentence for the person who releases
 */
export async function release({ folder = root, version, mode, pack }) {
  check(folder, version);
  const notes = notesOf(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version);
  const installers = installersOf(folder);
  const out = join(folder, 'dist/release');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await pack(out);
  if (readdirSync(out).length === 0) throw new Error('The SDK made no tarball.');
  for (const name of installers) copyFileSync(join(folder, 'dist/tray', name), join(out, name));
  writeFileSync(join(out, 'NOTES.md'), notes);
  const files = readdirSync(out).sort();
  // As `sha256sum --check` reads it.
  const sums = files.map((name) => `${sha256(join(out, name))}  ${name}\n`);
  writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
  const tag = `v${version}`;
  // Whitespace only: by default git takes lines with # for comments, and “### …” is a heading here.
  if (mode === 'tag')
    git(folder, 'tag', '--annotate', '--cleanup=whitespace', '--message', `Counter QR ${version}\n\n${notes}`, tag);
  return { tag, notes, files };
}

async function packSdk(to) {
  await ensureBuilt();
  const { status } = npm(['pack', join(root, 'dist/sdk'), '--pack-destination', to, '--loglevel=error']);
  if (status !== 0) throw new Error('npm could not pack dist/sdk; see its message above.');
}

async function main() {
  const { values, positionals } = parseArgs({ options: { 'dry-run': { type: 'boolean' } }, allowPositionals: true });
  if (positionals.length !== 1) throw new Error('Which version? node scripts/release.mjs 0.2.0 [--dry-run]');
  ensureInstalled();
  const mode = values['dry-run'] === true ? 'dry-run' : 'tag';
  const { tag, notes, files } = await release({ version: positionals[0], mode, pack: packSdk });
  console.log(`${notes}\ndist/release: ${files.join(', ')}, SHA256SUMS`);
  const missing = INSTALLERS.filter((name) => !files.includes(name));
  if (missing.length > 0) console.log(`Not built, and so not in it: ${missing.join(', ')} (npm run build:tray).`);
  console.log(
    mode === 'dry-run'
      ? `Dry run: no tag ${tag} was made.`
      : `Tagged ${tag}. Now: git push origin ${tag}, then gh release create ${tag} dist/release/* --notes-file dist/release/NOTES.md`,
  );
}

if (isMain(import.meta.filename)) main().catch((error) => giveUp(error.message));
