/**
 * No circle of files. The lint sees those of values; here are those of types, too, which it passes over, and a circle
 * that the lint must see.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { ESLint, type Linter } from 'eslint';
import typescriptLint from 'typescript-eslint';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { root } from '../support/docs/guide.ts';
import { removeFolder } from '../support/remove-folder.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

/** Each file with those that it imports, types included. */
function importsIn(folder: string): Graph {
  const paths = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => [
      path,
      ts
        .preProcessFile(readFileSync(path, 'utf8'))
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => resolve(path, '..', fileName)),
    ]),
  );
}

/** The first circle that is found, from a file to itself; `undefined` when there is none. */
function circleIn(graph: Graph): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of graph.get(path) ?? []) {
      const circle = walk(next, [...way, path]);
      if (circle) return circle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const circle = walk(path, []);
    if (circle) return circle;
  }
  return undefined;
}

/** A folder of its own with these two files, which import each other. */
async function withPair<T>(one: string, other: string, look: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-circle-'));
  try {
    writeFileSync(join(folder, 'one.ts'), one);
    writeFileSync(join(folder, 'other.ts'), other);
    return await look(folder);
  } finally {
    removeFolder(folder);
  }
}

it.each(['shared', 'node', 'relay', 'kiosk', 'tray', 'sdk', 'tests'])('%s has no circle of files', (realm) => {
  const graph = importsIn(join(root, realm));
  expect(graph.size).toBeGreaterThan(3);
  expect(circleIn(graph)?.map((path) => relative(root, path))).toBeUndefined();
});

it('a circle of types is found', () =>
  withPair(
    "import type { Other } from './other.ts';\nexport interface One { other?: Other }\n",
    "import { type One } from './one.ts';\nexport interface Other { one?: One }\n",
    (folder) => {
      const circle = circleIn(importsIn(folder))?.map((path) => relative(folder, path));
      expect(circle?.length).toBe(3);
      expect(new Set(circle)).toEqual(new Set(['one.ts', 'other.ts']));
    },
  ));

it('the lint finds a circle of values', () =>
  withPair(
    "import { other } from './other.ts';\nexport const one = () => other();\n",
    "import { one } from './one.ts';\nexport const other = () => one();\n",
    async (folder) => {
      const own = (await new ESLint({ cwd: root }).calculateConfigForFile(join(root, 'relay/a.ts'))) as Linter.Config;
      const rule = 'import-x/no-cycle';
      const overrideConfig: Linter.Config = {
        files: ['**/*.ts'],
        languageOptions: { parser: typescriptLint.parser },
        plugins: { 'import-x': own.plugins?.['import-x'] ?? {} },
        settings: own.settings ?? {},
        rules: { [rule]: own.rules?.[rule] },
      };
      const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig });
      const found = (await eslint.lintFiles(['*.ts'])).flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
      expect(found).toEqual([rule, rule]);
    },
  ));
