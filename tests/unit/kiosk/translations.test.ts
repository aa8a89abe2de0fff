import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { templates as adminFrench } from '../../../kiosk/admin/locales/fr.ts';
import { templates as kioskFrench } from '../../../kiosk/locales/fr.ts';

const kiosk = join(import.meta.dirname, '../../../kiosk');
const FOLDERS = ['elements', 'words', 'controllers'];

const sourcesOf = (page: string): string[] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(page, folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(page, folder, name), 'utf8')),
  );

const countOf = (sources: readonly string[], what: RegExp): number =>
  sources.reduce((sum, source) => sum + [...source.matchAll(what)].length, 0);

/** Every `msg(…, { id: '…' })`. */
const idsOf = (sources: readonly string[]): string[] =>
  [
    ...new Set(sources.flatMap((source) => [...source.matchAll(/\bid: '([a-z0-9_.]+)'/g)].map(([, id]) => id ?? ''))),
  ].sort();

describe.each([
  { page: 'kiosk', sources: sourcesOf(kiosk), french: kioskFrench, atLeast: 80 },
  { page: 'admin', sources: sourcesOf(join(kiosk, 'admin')), french: adminFrench, atLeast: 200 },
])('French on the $page page', ({ sources, french, atLeast }) => {
  it('has a template for every text of the page, and none that nothing uses', () => {
    const used = idsOf(sources);
    expect(used.length).toBeGreaterThan(atLeast);
    expect(Object.keys(french).sort()).toEqual(used);
  });

  it('gives every text an id, so that none is left untranslated', () =>
    expect(countOf(sources, /\bid: '/g)).toBe(countOf(sources, /\bmsg\(/g)));
});
