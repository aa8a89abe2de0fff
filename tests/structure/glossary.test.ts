/**
 * The words of docs/glossary.md: each term is carried by the code that the table names, and none of the words that went
 * before it is left in file names, in what files export, or in the documents.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { noClone } from '../support/clone.ts';
import { root } from '../support/docs/guide.ts';
import { because, tool } from '../support/requirements.ts';

interface Retired {
  /** A word of a name: `relayOutbox`, `relay-outbox` and `RELAY_OUTBOX` each have two. Written in small letters. */
  readonly word: string;
  readonly instead: string;
  /** Only there; elsewhere the word means something else. */
  readonly folder?: string;
  /** Names that keep the word, each with the reason. */
  readonly kept?: Readonly<Record<string, string>>;
  /** Absent where the word means something else in English. */
  readonly inDocs?: RegExp;
}

const RETIRED: readonly Retired[] = [
  {
    word: 'settle',
    instead: 'expireDue, waitUntilQuiet, restoreIdle, flush or resolve',
    inDocs: /\bsettl(e|es|ed|ing)\b/i,
  },
  { word: 'standing', instead: 'status', inDocs: /\bits standing\b/i },
  { word: 'glass', instead: 'screen', inDocs: /\bglass\b/i },
  { word: 'soil', instead: 'markDirty', inDocs: /\bsoil(s|ed|ing)?\b/i },
  { word: 'undecided', instead: 'awaitingRelay' },
  { word: 'owed', instead: 'pendingClears' },
  { word: 'putting', instead: 'showPicture' },
  { word: 'wanted', instead: 'ShowRequest' },
  { word: 'book', instead: 'store', inDocs: /\b(settings|unit|presence) book\b/i },
  { word: 'knock', instead: 'hedged poll', inDocs: /\bknock(s|ed|ing)?\b/i },
  { word: 'admission', instead: 'enrolment', inDocs: /\badmission\b/i },
  { word: 'ledger', instead: 'database', inDocs: /\bledgers?\b/i },
  { word: 'paper', instead: 'bitmap' },
  { word: 'lettering', instead: 'text layout', inDocs: /\blettering\b/i },
  { word: 'soften', instead: 'blur', inDocs: /\bsoften/i },
  { word: 'eyes', instead: 'finder patterns' },
  { word: 'dice', instead: 'replayable random', inDocs: /\bdice\b/i },
  { word: 'lanes', instead: 'keyed mutex' },
  { word: 'soon', instead: 'MaybePromise' },
  { word: 'sealed', instead: 'checksummed' },
  { word: 'breathe', instead: 'yieldToEventLoop' },
  { word: 'mend', instead: 'repair' },
  { word: 'census', instead: 'FleetCounts', inDocs: /\bcensus\b/i },
  { word: 'survey', instead: 'snapshot' },
  { word: 'turned', instead: 'ConnectionChange' },
  { word: 'told', instead: 'lastSent or checkpoint' },
  { word: 'forgive', instead: 'refund' },
  { word: 'stranger', instead: 'failed authentication' },
  { word: 'anybody', instead: 'anonymous' },
  { word: 'fate', instead: 'ReportOutcome' },
  { word: 'face', instead: 'ui', inDocs: /\bthe (tray's )?face\b/i },
  { word: 'shelf', instead: 'update store', inDocs: /\bshelf\b/i },
  { word: 'tidy', instead: 'memory trim' },
  { word: 'tidier', instead: 'memory trim' },
  { word: 'places', instead: 'paths', folder: 'tray' },
  { word: 'stretch', instead: 'RunContext' },
  { word: 'unit', instead: 'display', inDocs: /\bunit (book|knowledge)\b/i },
];

/** Where tests tell their stories, names may be the story's. */
const SOURCES = ['shared', 'node', 'relay', 'kiosk', 'tray', 'sdk'];

const why = noClone();

/** What git would keep, so that nobody's notes and builds are read. */
function filesOfTheClone(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  return execFileSync(tool('git'), args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '');
}

const files = why === undefined ? filesOfTheClone() : [];
const sources = files.filter((path) => path.endsWith('.ts') && SOURCES.some((folder) => path.startsWith(`${folder}/`)));
const guides = files.filter((path) => path.endsWith('.md') && path !== 'docs/glossary.md' && path !== 'CHANGELOG.md');

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** Names that a file exports, and the members of what it exports. */
function exportsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const add = (name: ts.Node | undefined): void => {
    if (name === undefined) return;
    if (ts.isIdentifier(name)) names.push(name.text);
    if (ts.isObjectBindingPattern(name) || ts.isArrayBindingPattern(name))
      for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name);
  };
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause))
      for (const element of statement.exportClause.elements) add(element.name);
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) continue;
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name);
    else if ('name' in statement) add(statement.name);
    if (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement))
      for (const member of statement.members) add(member.name);
  }
  return names;
}

/** Names that a file declares at its top, exported or not. */
function declaredIn(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name.getText())
      : 'name' in statement
        ? [(statement as ts.DeclarationStatement).name?.getText() ?? '']
        : [],
  );
}

const exported = new Map(sources.map((path) => [path, exportsOf(path)]));

describe.skipIf(why !== undefined).each(RETIRED)(
  `$word is retired, say $instead${because(why)}:`,
  ({ word, instead, folder = '', kept = {}, inDocs }) => {
    it('from file names and from what files export', () => {
      const left = [
        ...sources.filter((path) => path.startsWith(folder) && wordsOf(basename(path, '.ts')).includes(word)),
        ...[...exported].flatMap(([path, names]) =>
          names
            .filter((name) => path.startsWith(folder) && wordsOf(name).includes(word) && !(name in kept))
            .map((name) => `${path}: ${name}`),
        ),
      ];
      expect(left, `say ${instead}`).toEqual([]);
    });

    // A word that English needs in its own sense may stand in a document.
    if (inDocs === undefined) return;
    it('from the documents', () => {
      const left = guides.flatMap((path) =>
        readFileSync(join(root, path), 'utf8')
          .split('\n')
          .flatMap((line, at) =>
            inDocs.test(line.replace(/`[^`]*`/g, '')) ? [`${path}:${at + 1}: ${line.slice(0, 160)}`] : [],
          ),
      );
      expect(left, `say ${instead}`).toEqual([]);
    });
  },
);

/** Words that a plain sentence does without, wherever it stands: a comment, a document, what a person reads. */
const NOT_PLAIN = /\bwho(?:ever|soever)\b|\bin vain\b/i;

it.skipIf(why !== undefined)(`no sentence says “whoever” or “in vain”${because(why)}`, () => {
  const read = files.filter(
    (path) => /\.(ts|mts|mjs|md|html|css)$/.test(path) && path !== 'tests/structure/glossary.test.ts',
  );
  const left = read.flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, at) => (NOT_PLAIN.test(line) ? [`${path}:${at + 1}: ${line.slice(0, 160)}`] : [])),
  );
  expect(left).toEqual([]);
});

it.skipIf(why !== undefined)(`keeps no exception that nothing needs${because(why)}`, () => {
  const all = new Set([...exported.values()].flat());
  for (const { word, kept = {} } of RETIRED) for (const name of Object.keys(kept)) expect(all, word).toContain(name);
});

describe('docs/glossary.md', () => {
  const rows = [
    ...readFileSync(join(root, 'docs/glossary.md'), 'utf8').matchAll(
      /^\| \*\*(.+?)\*\* +\| (.+?) +\| `(.+?)`(?:: `(.+?)`)? +\|$/gm,
    ),
  ];

  it('has a line for each term', () => {
    expect(rows.length).toBeGreaterThanOrEqual(24);
    for (const [line, , meaning = ''] of rows) expect(meaning.length, line).toBeGreaterThan(15);
  });

  it.skipIf(why !== undefined).each(rows.map(([, term = '', , path = '', name]) => ({ term, path, name })))(
    `$term is in $path${because(why)}`,
    ({ path, name }) => {
      expect(files).toContain(path);
      if (name !== undefined) expect(declaredIn(path)).toContain(name);
    },
  );
});
