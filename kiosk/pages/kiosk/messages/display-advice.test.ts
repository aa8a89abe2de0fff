import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LocaleName } from '../../../common/localization.ts';
import { useLocale } from '../locales/localization.ts';
import { displayAdvice } from './display-advice.ts';
import { qrAdvice } from './qr-advice.ts';
import { displaySeen } from './seen.ts';
import { unknownStation, withMessage, type StationView } from '../data/station-view.ts';
import type { FromWorker } from '../../../worker/messages.ts';
import type { FailReason } from '../../../../shared/wire/commands.ts';
import type { DisplayCause } from '../../../../shared/station/station-types.ts';
import { FAULT_ROWS } from '../../../../tests/contracts/fault-rows.ts';

/** `error (needs_replug)` as the page's view of the display. */
function displayOf(words: string): StationView['display'] {
  const [, state, cause] = /^(\w+)(?: \((\w+)\))?$/.exec(words) ?? [];
  return { state, ...(cause === undefined ? {} : { cause }) } as StationView['display'];
}

const read = [...new Set(FAULT_ROWS.flatMap(({ agentReads }) => agentReads))];

describe('what the page says of each trouble in the fault matrix', () => {
  it('covers unplugged, recovering and every error', () => {
    expect(read.sort()).toEqual([
      'error (needs_replug)',
      'error (port_busy)',
      'ready (refused)',
      'recovering (broken_transfer)',
      'unplugged (lost)',
    ]);
  });

  it.each(read.filter((words) => /^(error|unplugged)/.test(words)))('%s: what to do, step by step', (words) => {
    const advice = displayAdvice(displayOf(words));
    expect(advice?.title).toMatch(/\w{3}/);
    expect(advice?.steps.length).toBeGreaterThanOrEqual(2);
  });

  it('recovering: nothing, because there is nothing to do', () => {
    expect(displayAdvice(displayOf('recovering (broken_transfer)'))).toBeUndefined();
  });

  it('a dead board: unplug and plug in again, in so many words', () => {
    const advice = displayAdvice(displayOf('error (needs_replug)'));
    expect(advice?.steps.join(' ')).toMatch(/unplug.*plug it in again/i);
  });
});

const CH340 = { label: 'CH340 (1A86:7523)', baudRate: 9_600 };
/** Every cause that there is, with what the station says beside it. */
const SAID: Readonly<Record<DisplayCause, StationView['display']>> = {
  no_port: { state: 'unplugged', cause: 'no_port' },
  lost: { state: 'unplugged', cause: 'lost' },
  port_busy: { state: 'error', cause: 'port_busy', port: CH340 },
  no_answer: { state: 'error', cause: 'no_answer', port: CH340 },
  broken_transfer: { state: 'error', cause: 'broken_transfer', port: CH340 },
  needs_replug: { state: 'error', cause: 'needs_replug', port: CH340 },
  open_failed: { state: 'error', cause: 'open_failed', port: CH340 },
};
const NOW = new Date('2026-01-05T10:42:00');

/** What the page knows after it was ready on the CH340 and then heard this. */
function viewAfter(display: StationView['display']): StationView {
  const ready: StationView['display'] = { state: 'ready', port: CH340 };
  return [ready, display].reduce(
    (view, said) => withMessage(view, { kind: 'event', event: { kind: 'display', ...said } }, NOW),
    unknownStation,
  );
}

/** Heading, a word of the first step, what was seen, and the button. */
const HELP: Readonly<Record<LocaleName, Readonly<Record<DisplayCause, readonly [string, RegExp, RegExp, string]>>>> = {
  en: {
    no_port: ['Connect the display', /USB cable/, /no serial port that this page may use/, 'choose_port'],
    lost: ['The display was unplugged', /Plug the USB cable in/, /CH340.*9600 baud until 10:42/, 'choose_port'],
    port_busy: ['Another program is using the display', /Close other programs/, /CH340.*another program/, 'restart'],
    no_answer: [
      'Something is connected, but it does not answer like the display',
      /own screen is on/,
      /CH340.*nobody answers at any speed/,
      'choose_port',
    ],
    broken_transfer: ['Please unplug the display and plug it in again', /Unplug/, /CH340.*not answer/, 'restart'],
    needs_replug: ['Please unplug the display and plug it in again', /Unplug/, /CH340.*not answer/, 'restart'],
    open_failed: ['Windows cannot open the display’s port', /another USB socket/, /CH340.*does not open/, 'restart'],
  },
  fr: {
    no_port: ['Connectez l’écran', /câble USB/, /aucun port série/, 'choose_port'],
    lost: ['L’écran a été débranché', /Rebranchez/, /CH340.*9600 bauds jusqu’à 10:42/, 'choose_port'],
    port_busy: ['Un autre programme utilise l’écran', /Fermez/, /CH340.*un autre programme/, 'restart'],
    no_answer: [
      'Quelque chose est branché, mais ne répond pas comme l’écran',
      /écran est allumé/,
      /CH340.*aucune vitesse/,
      'choose_port',
    ],
    broken_transfer: ['Débranchez l’écran puis rebranchez-le', /Débranchez/, /CH340.*ne répond plus/, 'restart'],
    needs_replug: ['Débranchez l’écran puis rebranchez-le', /Débranchez/, /CH340.*ne répond plus/, 'restart'],
    open_failed: ['Windows ne peut pas ouvrir le port de l’écran', /autre prise/, /CH340.*ne s’ouvre pas/, 'restart'],
  },
};

describe.each(['en', 'fr'] as const)('the guided help in %s', (locale) => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(Object.keys(SAID) as DisplayCause[])('%s: heading, steps, what was seen, the one button', async (cause) => {
    vi.stubGlobal('window', new EventTarget());
    vi.stubGlobal('document', { documentElement: { lang: '' } });
    await useLocale(locale);
    try {
      const [title, firstStep, seen, offer] = HELP[locale][cause];
      const view = viewAfter(SAID[cause]);
      const advice = displayAdvice(view.display);
      expect(advice).toMatchObject({ title, offer });
      expect(advice?.steps.length).toBeGreaterThanOrEqual(2);
      expect(advice?.steps[0]).toMatch(firstStep);
      expect(displaySeen(view)).toMatch(seen);
    } finally {
      await useLocale('en');
    }
  });
});

describe('a display that is ready and would not take the last QR', () => {
  const failed = (reason: FailReason): FromWorker => ({
    kind: 'event',
    event: {
      kind: 'command',
      commandId: 'c1',
      type: 'display_qr',
      progress: { stage: 'failed', reason, error: '' },
    },
  });
  const said = (display: StationView['display']): FromWorker => ({
    kind: 'event',
    event: { kind: 'display', ...display },
  });
  const READY: StationView['display'] = { state: 'ready', port: CH340 };
  const viewOf = (...messages: readonly FromWorker[]): StationView =>
    messages.reduce((view, message) => withMessage(view, message, NOW), unknownStation);

  it.each([
    [
      'en',
      'The display did not take the last QR',
      /^Unplug the display, count to three/,
      /call IT and send them the log/i,
    ],
    ['fr', 'L’écran n’a pas accepté le dernier QR', /^Débranchez l’écran, comptez/, /service informatique.*journal/],
  ] as const)('in %s: unplug it, and whom to call when it happens again', async (locale, title, first, second) => {
    vi.stubGlobal('window', new EventTarget());
    vi.stubGlobal('document', { documentElement: { lang: '' } });
    await useLocale(locale);
    try {
      const advice = qrAdvice(viewOf(said(READY), failed('display_failed')));
      expect(advice).toMatchObject({ title, offer: 'nothing' });
      expect(advice?.steps[0]).toMatch(first);
      expect(advice?.steps[1]).toMatch(second);
    } finally {
      await useLocale('en');
      vi.unstubAllGlobals();
    }
  });

  it('is not asked for what was done already, nor where another guide is due', () => {
    const refused = [said(READY), failed('display_failed')] as const;
    expect(qrAdvice(viewOf(...refused, said(SAID.lost)))).toBeUndefined();
    expect(qrAdvice(viewOf(...refused, said(SAID.lost), said(READY)))).toBeUndefined();
    expect(qrAdvice(viewOf(...refused, said(SAID.needs_replug)))).toBeUndefined();
    expect(qrAdvice(viewOf(said(READY), failed('display_unplugged')))).toBeUndefined();
  });
});

describe('what was seen of a display that was unplugged', () => {
  it('is remembered until there is one again, and nothing is claimed where it was never there', () => {
    const again = withMessage(
      withMessage(viewAfter(SAID.lost), { kind: 'event', event: { kind: 'display', ...SAID.lost } }, new Date()),
      { kind: 'event', event: { kind: 'display', state: 'ready', port: CH340 } },
      NOW,
    );
    expect(viewAfter(SAID.lost).lost).toEqual({ port: CH340, at: NOW.toISOString() });
    expect(again.lost).toBeUndefined();
    expect(displaySeen({ display: SAID.lost })).toBe('no serial port any more');
  });
});
