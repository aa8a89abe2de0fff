/**
 * No block of commands or code in a guide is without somebody who runs it, or a reason why nobody does. The marks:
 * tests/support/docs/guide.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../relay/config.ts';
import { blocksOf, root, type Block } from '../support/docs/guide.ts';
import { because, noTool, pathWithTools, tool } from '../support/requirements.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const guides = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/react/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** What a reader types or copies into a program. */
const TO_BE_RUN = [
  'bash',
  'bat',
  'console',
  'js',
  'jsx',
  'nginx',
  'php',
  'powershell',
  'ps1',
  'python',
  'sh',
  'shell',
  'ts',
];
/**
 * What is looked at: answers, addresses, drawings. The relay's documents are held against a running one by
 * tests/api/api-doc.test.ts.
 */
const TO_BE_SEEN = ['http', 'json', 'mermaid', 'text', 'yaml'];

const followers = readdirSync(join(root, 'tests/e2e'))
  .filter((name) => /^docs-.*\.test\.ts$/.test(name))
  .map((name) => read(`tests/e2e/${name}`))
  .join('\n');

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const scriptIn = (line: string): string | undefined => /scripts\/([\w-]+)/.exec(line)?.[1];

/**
 * What makes a line of commands what it is, in the words that a test may use for it: the script that it runs, else its
 * first words.
 */
const heartOf = (line: string): string[] => {
  const [npm, name = ''] = /npm (?:run )?([\w:-]+)/.exec(line) ?? [];
  const words = [scriptIn(line), npm, npm && scriptIn(scripts[name] ?? '')].filter((word) => word !== undefined);
  return words.length > 0 ? words : [line.trim().split(' ')[0] ?? ''];
};

const hearts = ({ text }: Block): string[][] =>
  text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(#|\/\/)/.test(line))
    .map(heartOf);

/** What is wrong with a block's mark; undefined when it keeps the rule. */
function fault(guide: string, block: Block): string | undefined {
  if (TO_BE_SEEN.includes(block.language)) return undefined;
  if (!TO_BE_RUN.includes(block.language)) return `is in a language that this test does not know: ${block.language}`;
  const [first = '', ...files] = block.mark.split(' ');
  if (first === 'run' || first === 'page' || first === 'token' || first === 'route')
    return followers.includes(`'${guide}'`)
      ? undefined
      : 'is marked, and no tests/e2e/docs-*.test.ts follows this guide';
  const reason = /^not run: (.+)$/.exec(block.mark)?.[1];
  if (reason !== undefined) return reason.split(' ').length < 3 ? 'gives no reason' : undefined;
  if (first !== 'by' || files.length === 0) return 'says neither who runs it nor why nobody does';
  const missing = files.find((file) => !existsSync(join(root, file)));
  if (missing !== undefined) return `names ${missing}, which is not there`;
  const tests = files.map(read).join('\n');
  // A test that takes the block out of the guide needs no words of it.
  const forgotten = tests.includes(guide)
    ? undefined
    : hearts(block).find((words) => !words.some((word) => tests.includes(word)));
  return forgotten === undefined
    ? undefined
    : `is said to be run by ${files.join(', ')}, where there is no ${forgotten.join(' or ')}`;
}

describe.each(guides)('%s', (guide) => {
  it('says of each block of commands who runs it', () => {
    const faults = blocksOf(guide).map((block) => [block.line, fault(guide, block)] as const);
    expect(faults.filter(([, what]) => what !== undefined)).toEqual([]);
  });
});

it('sees a block that nobody runs', () => {
  const block = (language: string, mark: string, text = 'npm start'): Block => ({ language, mark, text, line: 1 });
  expect(fault('README.md', block('sh', ''))).toMatch(/neither/);
  expect(fault('README.md', block('sh', 'not run: no'))).toMatch(/no reason/);
  expect(fault('README.md', block('sh', 'by tests/e2e/gone.test.ts'))).toMatch(/not there/);
  expect(fault('README.md', block('sh', 'by tests/e2e/start.test.ts', 'frobnicate all'))).toMatch(/no frobnicate/);
  expect(fault('docs/picture.md', block('sh', 'run'))).toMatch(/follows/);
  expect(fault('README.md', block('sh', 'by tests/e2e/start.test.ts'))).toBeUndefined();
});

const noShell = noTool('bash', 'openssl');

it.skipIf(noShell !== undefined)(`docs/webhooks.md shows settings that the relay takes${because(noShell)}`, () => {
  const block = blocksOf('docs/webhooks.md').find(({ language }) => language === 'sh');
  const { stdout } = spawnSync(tool('bash'), ['-c', `set -a\n${block?.text}\nenv`], {
    encoding: 'utf8',
    env: { PATH: pathWithTools() },
  });
  const env = Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => line.startsWith('WEBHOOK_'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  expect(Object.keys(env).sort()).toEqual(['WEBHOOK_SECRETS', 'WEBHOOK_URLS']);
  expect(readConfig(env).webhooks.urls).toEqual([env.WEBHOOK_URLS]);
  expect(() => readConfig({ ...env, WEBHOOK_SECRETS: 'short' })).toThrow(ConfigError);
});
