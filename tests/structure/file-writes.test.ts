/**
 * Files are written in few places, each of which thinks of a crash and of a power cut. All others of relay, tray and
 * node call these.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { root } from '../support/docs/guide.ts';

/** What puts bytes into files or gives them names. */
const WRITING = /^(write|writev|writeFile|copyFile|cp|appendFile|rename|truncate|ftruncate|createWriteStream)(Sync)?$/;

/** Each with how it holds against a power cut. */
const ALLOWED: Readonly<Record<string, string>> = {
  'node/atomic-write.ts': 'a draft, synced, then renamed, then its folder synced',
  'node/lock-file.ts': 'a lock holds nothing that a power cut could take',
  'node/rotating-file.ts': 'a log may lose its last lines',
  'relay/store/lowdb/files.ts': 'the store syncs by itself, group by group',
  'tray/net/node-download.ts': 'a stream that is synced at its end; its hash is checked before it gets its name',
};

/** Names that a file takes from `node:fs` or `node:fs/promises`, or calls on a default or namespace import of them. */
function writesOf(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const [found, whole]: [string[], Set<string>] = [[], new Set()];
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (!/^(node:)?fs(\/promises)?$/.test(statement.moduleSpecifier.text)) continue;
    const { name, namedBindings } = statement.importClause ?? {};
    if (name) whole.add(name.text);
    if (namedBindings && ts.isNamespaceImport(namedBindings)) whole.add(namedBindings.name.text);
    if (namedBindings && ts.isNamedImports(namedBindings))
      for (const one of namedBindings.elements) found.push((one.propertyName ?? one.name).text);
  }
  const look = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && whole.has(node.expression.getText())) found.push(node.name.text);
    ts.forEachChild(node, look);
  };
  look(source);
  return found.filter((name) => WRITING.test(name));
}

const sources = ['node', 'relay', 'tray'].flatMap((realm) =>
  readdirSync(join(root, realm), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name)),
);

it('only these files write or rename', () => {
  const writing = sources.filter((path) => writesOf(path, readFileSync(path, 'utf8')).length > 0);
  expect(writing.map((path) => relative(root, path).split(sep).join('/')).sort()).toEqual(Object.keys(ALLOWED).sort());
});

it.each([
  ["import { writeFile } from 'node:fs/promises';", ['writeFile']],
  ["import { renameSync as move } from 'node:fs';", ['renameSync']],
  ["import * as fs from 'node:fs';\nfs.writeFileSync('a', 'b');", ['writeFileSync']],
  ["import fs from 'node:fs/promises';\nawait fs.rename('a', 'b');", ['rename']],
  ["import { readFile } from 'node:fs/promises';", []],
  ["import { rename } from './names.ts';", []],
])('%s', (text, names) => {
  expect(writesOf('a.ts', text)).toEqual(names);
});
