import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StationEvent } from '../../shared/station/station-types.ts';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import type { Notice } from './ui.ts';
import { createFaultNotices, FAULT_LASTS_MS } from './fault-notices.ts';
import { languageOf, PHRASES } from './phrases.ts';
import { colourOf, factsAfter, FIRST_FACTS, noticeOf, statusOf, viewOf, type Facts } from './presenter.ts';

const after = (...events: StationEvent[]): Facts => events.reduce(factsAfter, FIRST_FACTS);
const online = { kind: 'relay', state: 'online' } as const;
const ready = { kind: 'display', state: 'ready', port: { label: 'COM5', baudRate: 9600 } } as const;
const unplugged = { kind: 'display', state: 'unplugged', cause: 'lost' } as const;

describe('the icon tells the truth', () => {
  it.each([
    ['green', [online, ready]],
    ['green', [online, { kind: 'display', state: 'uploading' }]],
    ['amber', []],
    ['amber', [ready]],
    ['amber', [online]],
    ['amber', [online, { kind: 'display', state: 'recovering', cause: 'broken_transfer' }]],
    ['red', [online, unplugged]],
    ['red', [ready, { kind: 'relay', state: 'offline', cause: 'no_answer' }]],
    ['red', [ready, { kind: 'relay', state: 'refused', cause: 'key_refused' }]],
    ['red', [online, { kind: 'display', state: 'error', cause: 'needs_replug' }]],
  ] as const)('%s', (colour, events) => {
    expect(colourOf(after(...(events as unknown as StationEvent[])))).toBe(colour);
  });

  it('a cause does not outlive its state', () => {
    expect(after(online, unplugged, ready).display).toEqual({ state: 'ready', port: ready.port });
  });

  it('says what to do, in the language chosen', () => {
    expect(viewOf(after(online, unplugged), 'en').tooltip).toContain('Plug it in again');
    expect(viewOf(after(online, unplugged), 'fr').tooltip).toContain('Rebranchez-le');
  });

  it('fits the 127 characters of a Windows tooltip in every language and fault', () => {
    for (const say of Object.values(PHRASES))
      for (const text of [...Object.values(say.display), ...Object.values(say.relay), ...Object.values(say.headline)])
        expect(`Counter QR: ${text}`.length).toBeLessThanOrEqual(127);
  });

  it('the menu offers what the guide says', () => {
    const labels = viewOf(FIRST_FACTS, 'en').menu.map((item) => (item.kind === 'separator' ? '-' : item.label));
    const guide = readFileSync(join(import.meta.dirname, '../../docs/tray.md'), 'utf8');
    const promised = /^Menu: ([^.]+)\./m.exec(guide)?.[1]?.split(', ');
    expect(labels.filter((label) => label !== '-')).toEqual(promised);
    expect(labels).toContain('Show pairing code');
  });

  it('the status box names every fact', () => {
    const text = statusOf(
      after(online, ready, { kind: 'identity', deviceId: 'device_PC_1', computerName: 'PC' }),
      'en',
      '1.2.3',
    );
    for (const fact of ['Connected', 'Ready', 'COM5, 9600 baud', 'device_PC_1', '1.2.3']) expect(text).toContain(fact);
  });
});

describe('what the customer sees, in the status box', () => {
  const jpeg = new Uint8Array();
  const displayed = {
    kind: 'command',
    commandId: 'c',
    type: 'display_qr',
    progress: { stage: 'displayed', picture: {}, tookMs: 1 },
  } as const;
  const cleared = { ...displayed, progress: { stage: 'cleared', reason: 'paid' } } as const;
  const screen = (kind: 'qr' | 'test' | 'idle') => ({ kind: 'screen', screen: { screen: kind, jpeg } }) as const;

  it.each<readonly [string, readonly StationEvent[]]>([
    ['idle pictures', []],
    ['a QR', [screen('qr'), displayed]],
    ['something else for a moment; the QR comes back by itself', [screen('qr'), displayed, screen('test')]],
    ['something else for a moment', [screen('qr'), displayed, cleared, screen('test')]],
    ['idle pictures', [screen('test'), screen('idle')]],
    ['not known, the display does not answer', [screen('qr'), displayed, unplugged]],
    ['not known; QR codes that wait for the display: 1', [unplugged, { kind: 'waiting', count: 1 }]],
    ['a QR', [{ kind: 'waiting', count: 1 }, screen('qr'), displayed]],
  ])('%s', (words, events) => {
    expect(statusOf(after(online, ready, ...events), 'en', '1')).toContain(`Customer sees: ${words}\n`);
  });

  it('and whose display it is', () => {
    const agent = { name: 'Asha', since: '2026-11-30T10:00:00.000Z' };
    expect(statusOf(after(online), 'en', '1')).toContain('Linked to: –\n');
    expect(statusOf(after(online, { kind: 'linked', agent }), 'en', '1')).toContain('Linked to: Asha\n');
    expect(statusOf(after(online, { kind: 'linked' }), 'fr', '1')).toContain('Associé à: personne\n');
  });
});

describe('languages', () => {
  it.each([
    ['fr-MU', 'fr'],
    ['fr_FR.UTF-8', 'fr'],
    ['fr', 'fr'],
    ['en-GB', 'en'],
    ['fry', 'en'],
    ['de', 'en'],
  ])('%s is %s', (locale, language) => expect(languageOf(locale)).toBe(language));
});

describe('notices', () => {
  const command = (progress: object, type = 'display_qr'): StationEvent =>
    ({ kind: 'command', commandId: 'c', type, progress }) as StationEvent;

  it('one per QR, shown or failed; none for the rest', () => {
    expect(noticeOf(command({ stage: 'displayed', tookMs: 2_340, picture: {} }), 'en')).toMatchObject({
      text: '2.3 s',
    });
    expect(noticeOf(command({ stage: 'failed', reason: 'bad_picture', error: 'no image' }), 'en')?.level).toBe('error');
    expect(noticeOf(command({ stage: 'received' }), 'en')).toBeUndefined();
    expect(noticeOf(command({ stage: 'displayed', tookMs: 1, picture: {} }, 'identify'), 'en')).toBeUndefined();
  });

  it('say what is odd about the picture, in the language chosen', () => {
    const shown = command({ stage: 'displayed', tookMs: 2_340, picture: { caption: 'amount' } });
    expect(noticeOf(shown, 'en')?.text).toBe('2.3 s. The name did not fit; the amount is shown.');
    expect(noticeOf(shown, 'fr')?.text).toMatch(/Le nom n’avait pas la place/);
    const refused = { stage: 'failed', reason: 'bad_picture', error: 'x' } as const;
    expect(noticeOf(command({ ...refused, note: 'no_contrast' }), 'fr')?.text).toMatch(/une seule teinte/);
    expect(noticeOf(command(refused), 'en')?.text).toBe('x');
  });

  it('a pairing code that was used is told, with who used it', () => {
    const agent = { name: 'Asha', since: '2026-11-30T10:00:00.000Z' };
    expect(noticeOf({ kind: 'code_used', code: 'ABC234', agent }, 'en')).toEqual({
      level: 'info',
      title: 'The pairing code was used',
      text: 'Linked to: Asha',
    });
  });

  const watch = () => {
    const clock = new ManualClock();
    const notices: Notice[] = [];
    return { clock, notices, faults: createFaultNotices(clock, (notice) => notices.push(notice)) };
  };

  it('a fault that lasts is told once, and its end too', async () => {
    const { clock, notices, faults } = watch();
    faults.look(after(online, unplugged), 'en');
    faults.look(after(online, unplugged), 'en');
    await clock.advance(FAULT_LASTS_MS);
    faults.look(after(online, unplugged), 'en');
    await clock.advance(10 * FAULT_LASTS_MS);
    expect(notices).toHaveLength(1);
    faults.look(after(online), 'en');
    expect(notices).toHaveLength(1);
    faults.look(after(online, ready), 'en');
    expect(notices.map((notice) => notice.title)).toEqual([PHRASES.en.notice.faultTitle, PHRASES.en.notice.backTitle]);
  });

  it('a fault that passes is not told', async () => {
    const { clock, notices, faults } = watch();
    faults.look(after(online, unplugged), 'en');
    await clock.advance(FAULT_LASTS_MS / 2);
    faults.look(after(online, ready), 'en');
    await clock.advance(10 * FAULT_LASTS_MS);
    expect(notices).toEqual([]);
  });
});
