import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PICTURE_NOTES } from '../../../../shared/picture/notes.ts';
import { PICTURE_ERRORS } from '../../../../shared/picture/picture.ts';
import { templates as adminFrench } from '../../admin/locales/fr.ts';
import { templates as demoFrench } from '../../demo/locales/fr.ts';
import { useLocale } from './localization.ts';
import { askFailed } from '../messages/ask.ts';
import { LOG_EVENTS, logWords } from '../messages/log.ts';
import { secondsOf } from '../messages/numbers.ts';
import { portName } from '../messages/ports.ts';
import { templates as kioskFrench } from './fr.ts';

const pages = join(import.meta.dirname, '../..');
const FOLDERS = ['elements', 'messages', 'controllers'];

const sourcesOf = (page: string): string[] =>
  FOLDERS.filter((folder) => existsSync(join(page, folder))).flatMap((folder) =>
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
  { page: 'kiosk', sources: sourcesOf(join(pages, 'kiosk')), french: kioskFrench, atLeast: 80 },
  { page: 'admin', sources: sourcesOf(join(pages, 'admin')), french: adminFrench, atLeast: 200 },
  { page: 'demo', sources: sourcesOf(join(pages, 'demo')), french: demoFrench, atLeast: 40 },
])('French on the $page page', ({ sources, french, atLeast }) => {
  it('has a template for every text of the page, and none that nothing uses', () => {
    const used = idsOf(sources);
    expect(used.length).toBeGreaterThan(atLeast);
    expect(Object.keys(french).sort()).toEqual(used);
  });

  it('gives every text an id, so that none is left untranslated', () =>
    expect(countOf(sources, /\bid: '/g)).toBe(countOf(sources, /\bmsg\(/g)));
});

describe('what comes from the worker, for a French agent', () => {
  const root = join(pages, '../..');
  const DISPLAY_STATES = ['unplugged', 'connecting', 'ready', 'uploading', 'recovering', 'error'];
  const RELAY_STATES = ['online', 'offline', 'refused'];

  beforeAll(async () => {
    vi.stubGlobal('window', new EventTarget());
    vi.stubGlobal('document', { documentElement: { lang: '' } });
    await useLocale('fr');
  });
  afterAll(async () => {
    await useLocale('en');
    vi.unstubAllGlobals();
  });

  it('each entry of the log says in French what it is about', () => {
    const sources = [
      'shared/station',
      'shared/screen',
      'shared/display',
      'kiosk/pages/kiosk/controllers',
      'kiosk/pages/kiosk/data',
    ].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => readFileSync(join(root, folder, name), 'utf8')),
    );
    const logged = sources.flatMap((source) => [
      ...[...source.matchAll(/\blog\(\s*'(?:info|warn|error)',\s*'([a-z_]+)'/g)].map(([, event]) => event),
      ...[...source.matchAll(/#log\('([a-z_]+)', /g)].map(([, event]) => event).filter((event) => event?.includes('_')),
      ...[...source.matchAll(/\bevent: '([a-z_]+)'/g)].map(([, event]) => event),
    ]);
    expect(logged.length).toBeGreaterThan(25);
    const events = new Set([
      ...logged,
      ...DISPLAY_STATES.map((state) => `display_${state}`),
      ...RELAY_STATES.map((state) => `relay_${state}`),
    ]);
    expect([...LOG_EVENTS].sort()).toEqual([...events].sort());
    for (const event of LOG_EVENTS) expect(logWords(event), event).toMatch(/^[A-ZÀ-Ý].*\.$/);
  });

  it('the virtual display and unnamed ports have French names, chips their own', () => {
    expect(['Virtual display', 'Serial port', 'USB serial (1234:5678)', 'CH340 (1A86:7523)'].map(portName)).toEqual([
      'Écran virtuel',
      'Port série',
      'Port série USB (1234:5678)',
      'CH340 (1A86:7523)',
    ]);
  });

  it('a failure of the test card or the restart is said in French', () =>
    expect(askFailed('not_ready')).toBe('L’écran n’est pas prêt. Attendez qu’il le soit, puis réessayez.'));

  it('what is odd about a picture, and why it was refused, is said in French and in English, each with its own words', () => {
    const KINDS = { picture_noted: PICTURE_NOTES, command_failed: PICTURE_ERRORS, picture_caption: ['amount', 'none'] };
    for (const [event, kinds] of Object.entries(KINDS)) {
      const said = kinds.map((about) => logWords(event, about));
      expect(new Set(said).size, event).toBe(kinds.length);
      for (const words of said) expect(words, event).toMatch(/^[A-ZÀ-Ý].*\.$/);
      expect(said).not.toContain(logWords(event));
      expect(logWords(event, 'of_a_later_version')).toBe(logWords(event));
    }
    expect(logWords('picture_caption', 'amount')).toBe('Le nom n’avait pas la place ; le montant est affiché.');
  });

  it('figures have a comma', () => expect([secondsOf(800), secondsOf(12_340)]).toEqual(['0,8', '12,3']));
});
