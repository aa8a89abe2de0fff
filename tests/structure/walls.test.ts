/**
 * The walls between the folders, as the lint has them: which imports it refuses where, and that CONTRIBUTING.md speaks
 * of the only gaps.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
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
    ['../shared/a.ts', '../node/a.ts', 'node:fs'],
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
] as const)('%s', async (file, refused, taken) => {
  for (const imported of refused) expect(await refuses(file, imported), imported).toBe(true);
  for (const imported of taken) expect(await refuses(file, imported), imported).toBe(false);
});

it.each(['CONTRIBUTING.md', 'docs/architecture.md'])('%s says what the kiosk takes of the SDK', (guide) => {
  expect(readFileSync(join(root, guide), 'utf8')).toContain('sdk/display-discovery.ts');
});
