/**
 * The walls between the folders, as the lint has them: which imports it refuses where, and that CONTRIBUTING.md speaks
 * of the only gaps.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { root } from '../support/docs/guide.ts';

const eslint = new ESLint({ cwd: root });

async function refuses(file: string, imported: string): Promise<boolean> {
  const { rules } = (await eslint.calculateConfigForFile(join(root, file))) as { rules: Record<string, unknown[]> };
  const [severity, options] = rules['@typescript-eslint/no-restricted-imports'] ?? [];
  if (severity !== 2) return false;
  return (options as { patterns: { regex: string }[] }).patterns.some(({ regex }) => new RegExp(regex).test(imported));
}

it.each([
  [
    'shared/a.ts',
    ['node:fs', '../node/a.ts', '../relay/a.ts', '../kiosk/a.ts', '../tray/a.ts', '../sdk/display-discovery.ts', 'koa'],
    ['./a.ts'],
  ],
  ['node/a.ts', ['../relay/a.ts', '../kiosk/a.ts', '../tray/a.ts'], ['../shared/a.ts', 'node:fs']],
  [
    'relay/a.ts',
    ['../kiosk/a.ts', '../tray/a.ts', '../sdk/display-discovery.ts'],
    ['../shared/a.ts', '../node/a.ts', 'node:fs', '../sdk/nearest-name.ts'],
  ],
  [
    'tray/a.ts',
    ['../kiosk/a.ts', '../relay/a.ts', '../sdk/display-discovery.ts'],
    ['../shared/a.ts', '../node/a.ts', 'node:fs'],
  ],
  [
    'sdk/a.ts',
    ['../node/a.ts', '../shared/a.ts', '../relay/a.ts', '../kiosk/a.ts', '../tray/a.ts'],
    ['./display-discovery.ts'],
  ],
  [
    'kiosk/a.ts',
    [
      '../node/a.ts',
      '../relay/a.ts',
      '../tray/a.ts',
      './worker/kiosk-worker.ts',
      '../sdk/http.ts',
      '../sdk/device-service.ts',
    ],
    ['../shared/a.ts', './worker/messages.ts', './worker/kiosk-worker.ts?worker', '../sdk/display-discovery.ts'],
  ],
  [
    'kiosk/worker/a.ts',
    ['../../relay/a.ts', '../../sdk/display-discovery.ts', '../elements/a.ts'],
    ['../../shared/a.ts'],
  ],
  ['shared/util/a.ts', ['../wire/a.ts', '../station/a.ts', 'node:fs'], ['./clock.ts']],
  [
    'shared/display/a.ts',
    ['../screen/a.ts', '../station/a.ts', '../simulator/a.ts', '../picture/a.ts'],
    ['../util/a.ts', '../wire/a.ts'],
  ],
  ['shared/screen/a.ts', ['../station/a.ts', 'node:fs'], ['../display/a.ts', '../picture/a.ts']],
  ['shared/picture/qr/a.ts', ['../../display/a.ts', '../../screen/a.ts'], ['../../wire/a.ts', '../screens/a.ts']],
  ['shared/simulator/a.ts', ['../screen/a.ts'], ['../display/a.ts']],
  ['relay/core/a.ts', ['../store/a.ts', '../http/a.ts', '../../tray/a.ts'], ['./queue.ts', '../../shared/wire/a.ts']],
  ['relay/store/a.ts', ['../auth/a.ts', '../routes/a.ts'], ['../core/a.ts', '../../node/a.ts']],
  [
    'relay/routes/web-app/a.ts',
    ['../../admin/a.ts', '../../webhooks/a.ts', '../../updates/a.ts'],
    ['../../core/a.ts', '../route.ts'],
  ],
  ['relay/fleet/a.ts', ['../admin/a.ts', '../routes/a.ts'], ['../core/a.ts', '../store/a.ts']],
  ['tray/update/a.ts', ['../start/a.ts', '../ui/a.ts', '../../relay/a.ts'], ['../log/a.ts', '../net/a.ts']],
] as const)('%s', async (file, refused, taken) => {
  for (const imported of refused) expect(await refuses(file, imported), imported).toBe(true);
  for (const imported of taken) expect(await refuses(file, imported), imported).toBe(false);
});

it.each([
  'shared/a.ts',
  'relay/a.ts',
  'kiosk/a.ts',
  'tray/a.ts',
  'sdk/a.ts',
  'node/a.ts',
  'tests/a.ts',
  'scripts/a.mjs',
])('a circle of files through %s fails the lint', async (file) => {
  const { rules } = (await eslint.calculateConfigForFile(join(root, file))) as { rules: Record<string, unknown[]> };
  expect(rules['import-x/no-cycle']?.[0]).toBe(2);
});

/** A realm's folders, and its own files each by itself, with what they import of one another. */
function arrowsIn(realm: string): ReadonlyMap<string, ReadonlySet<string>> {
  const at = join(root, realm);
  const roomOf = (path: string): string => relative(at, path).split(sep)[0];
  const arrows = new Map<string, Set<string>>();
  for (const entry of readdirSync(at, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    for (const { fileName } of ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles) {
      const imported = join(entry.parentPath, fileName);
      if (!fileName.startsWith('.') || !imported.startsWith(at + sep) || roomOf(imported) === roomOf(path)) continue;
      arrows.set(roomOf(path), (arrows.get(roomOf(path)) ?? new Set()).add(roomOf(imported)));
    }
  }
  return arrows;
}

it.each(['shared', 'node', 'relay', 'kiosk', 'kiosk/pages/admin', 'kiosk/pages/kiosk', 'tray', 'sdk'])(
  'the folders of %s import one another in no circle',
  (realm) => {
    const arrows = arrowsIn(realm);
    const reachedFrom = (room: string, seen = new Set<string>()): ReadonlySet<string> => {
      for (const next of arrows.get(room) ?? []) if (!seen.has(next)) reachedFrom(next, seen.add(next));
      return seen;
    };
    expect([...arrows.keys()].filter((room) => reachedFrom(room).has(room))).toEqual([]);
  },
);

it('tsconfig.json refers to every realm', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const realms = [...folders.map(({ name }) => name), 'kiosk/worker']
    .filter((path) => existsSync(join(root, path, 'tsconfig.json')))
    .map((path) => `./${path}`);
  const { references } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'))
    .config as { references: { path: string }[] };
  expect(references.map(({ path }) => path).sort()).toEqual(realms.sort());
});

it.each(['CONTRIBUTING.md', 'docs/architecture.md'])('%s says what the kiosk takes of the SDK', (guide) => {
  expect(readFileSync(join(root, guide), 'utf8')).toContain('sdk/display-discovery.ts');
});
