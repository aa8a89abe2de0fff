import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { templates } from '../../../kiosk/locales/fr.ts';

const kiosk = join(import.meta.dirname, '../../../kiosk');

/** Every `msg(…, { id: '…' })` of the page's sources. */
function idsInUse(): Set<string> {
  const files = ['elements', 'words', 'controllers'].flatMap((folder) =>
    readdirSync(join(kiosk, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(kiosk, folder, name)),
  );
  const ids = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bid: '([a-z0-9_.]+)'/g)]);
  return new Set(ids.map(([, id]) => id ?? ''));
}

describe('French', () => {
  it('has a template for every text of the page, and none that nothing uses', () => {
    const used = [...idsInUse()].sort();
    expect(used.length).toBeGreaterThan(80);
    expect(Object.keys(templates).sort()).toEqual(used);
  });

  it('gives every text an id, so that none is left untranslated', () => {
    const sources = ['elements', 'words'].flatMap((folder) =>
      readdirSync(join(kiosk, folder)).map((name) => readFileSync(join(kiosk, folder, name), 'utf8')),
    );
    const texts = sources.reduce((sum, source) => sum + [...source.matchAll(/\bmsg\(/g)].length, 0);
    const ids = sources.reduce((sum, source) => sum + [...source.matchAll(/\bid: '/g)].length, 0);
    expect(ids).toBe(texts);
  });
});
