/**
 * What the guides speak of is there: links, pictures, npm scripts, files, settings, calls, metrics, and the words on
 * the pages.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAR_REASONS, COMMAND_STATES, isEnded } from '../../shared/wire/commands.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesBelow = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !/\.test\./.test(name))
    .map((name) => join(folder, name));
const sources = (folder: string): string =>
  filesBelow(folder, /\.(ts|mjs|sh|cjs)$/)
    .map(read)
    .join('\n');

const guides = ['README.md', 'CONTRIBUTING.md', 'examples/react/README.md', ...filesBelow('docs', /\.md$/)].filter(
  (path) => existsSync(join(root, path)),
);
const found = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
];
/** As GitHub makes them: lower case, without punctuation, spaces as dashes. */
const anchors = (text: string): string[] =>
  found(text, /^#+ (.+)$/gm).map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Whether a path with `*` and `{one,other}` names something. */
function isThere(pattern: string): boolean {
  if (!/[*{]/.test(pattern)) return existsSync(join(root, pattern));
  const [folder = ''] = pattern.split(/[*{]/);
  const source = pattern
    .replace(/[.+?^$()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replace(/\{([^}]*)\}/g, (_, names: string) => `(${names.replaceAll(',', '|')})`);
  const below = folder.slice(0, folder.lastIndexOf('/'));
  return readdirSync(join(root, below), { recursive: true, encoding: 'utf8' }).some((name) =>
    new RegExp(`^${source}$`).test(join(below, name)),
  );
}

const relaySources = sources('relay');
const allSources = ['shared', 'kiosk', 'tray', 'scripts', 'deploy'].map(sources).join('\n') + relaySources;
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);

/** Words of Chrome's own pages. */
const CHROME_SAYS = new Set(['OK', 'Connect']);

describe.each(guides)('%s', (guide) => {
  const text = read(guide);

  it('links to what is there', () => {
    for (const link of found(text, /\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? guide : join(dirname(guide), path);
      expect(existsSync(join(root, target)), `${guide} links to ${link}`).toBe(true);
      if (anchor && target.endsWith('.md')) expect(anchors(read(target)), `${guide}: ${link}`).toContain(anchor);
    }
  });

  it('speaks of npm scripts, files and settings that exist', () => {
    for (const name of found(text, /npm run ([a-z:-]+)/g)) expect(scripts, guide).toContain(name);
    const path = /`((?:\.ci|deploy|docs|examples|kiosk|relay|scripts|sdk|shared|tests|tray)\/[\w.*{},/-]*)`/g;
    for (const name of found(text, path)) expect(isThere(name), `${guide} names ${name}`).toBe(true);
    for (const name of found(text, /`([A-Z]{2,}(?:_[A-Z]+)+)(?:=[^`]*)?`/g))
      // A setting or a constant; or a variable or placeholder of the guide's own commands.
      expect(allSources.includes(name) || new RegExp(`[$/]${name}`).test(text), `${guide} names ${name}`).toBe(true);
  });

  it('speaks of calls and metrics that the relay has', () => {
    const calls = found(text, /(?:\$RELAY|\/api\/device)\/([a-z]+)/g);
    for (const call of calls)
      expect(new RegExp(`path: '/${call}\\b|/${call}(\\.json)?'`).test(relaySources), `${guide}: ${call}`).toBe(true);
    for (const metric of found(text, /\b(counterqr_[a-z_]+?)(?:_bucket)?\b(?=[{[\s)])/g))
      expect(relaySources.includes(`'${metric}'`), `${guide} names the metric ${metric}`).toBe(true);
  });
});

describe.each(['docs/agent.md', 'docs/agent.fr.md', 'docs/it.md', 'docs/operator.md'])('%s', (guide) => {
  it('names buttons and states as the pages do', () => {
    // An app that IT installs has the name that its policy gives it.
    const words = (sources('kiosk') + read('scripts/chrome-policy/policies.mjs')).toLowerCase();
    const text = read(guide);
    const said = [
      // Italics are a page's words; the agent's table has them in bold.
      ...found(text, /(?<=[\s(|])_([^_\n]+)_(?=[\s.,:;)])/g),
      ...found(text, /^\| \*\*(?:Display|Relay|Last QR|Écran|Relais|Dernier QR)\s?: ([^*]+)\*\*/gm),
    ].flatMap((phrase) => phrase.split(/: |, (?="|“)/).map((part) => part.replace(/^["“]|["”]$/g, '')));
    expect(said.length).toBeGreaterThan(3);
    for (const phrase of said.filter((word) => !CHROME_SAYS.has(word)))
      expect(words.includes(phrase.toLowerCase()), `${guide} says ${phrase}, no page does`).toBe(true);
  });
});

it('the guides for web apps name every end of a QR, and every reason why it left', () => {
  // `done` is the reason of commands without a lasting picture: api.md has them, a web app sends none.
  const ofQr = CLEAR_REASONS.filter((reason) => reason !== 'done');
  const row = read('docs/developer.md').match(/^\| `cleared` .*$/m)?.[0] ?? '';
  expect(found(row, /`([a-z_]+)`/g).sort()).toEqual(['cleared', ...ofQr].sort());
  for (const state of COMMAND_STATES.filter(isEnded)) expect(read('docs/developer.md')).toContain(`\`${state}\``);
  for (const reason of CLEAR_REASONS) expect(read('docs/api.md')).toContain(`\`${reason}\``);
});
