import { describe, expect, it } from 'vitest';
import type { CommandType } from '../../../../shared/wire/commands.ts';
import type { CommandProgress, ShownScreen, StationEvent } from '../../../../shared/station/station-types.ts';
import { gapSummary, noGaps, withGap } from './poll-gaps.ts';
import { commandWord, MAX_LOG_ENTRIES, unknownStation, withMessage } from './station-view.ts';

const NOW = new Date('2026-01-05T08:30:00Z');
const after = (...events: StationEvent[]) =>
  events.reduce((view, event) => withMessage(view, { kind: 'event', event }, NOW), unknownStation);
const command = (commandId: string, progress: CommandProgress, type: CommandType = 'display_qr'): StationEvent => ({
  kind: 'command',
  commandId,
  type,
  progress,
});
const shown: CommandProgress = { stage: 'displayed', picture: {}, tookMs: 2_100 };

describe('the view of the station', () => {
  it('keeps the three facts apart', () => {
    const view = after(
      { kind: 'relay', state: 'online' },
      { kind: 'display', state: 'unplugged', cause: 'lost' },
      command('c1', { stage: 'received' }),
    );
    expect(view.relay).toMatchObject({ state: 'online' });
    expect(view.display).toMatchObject({ state: 'unplugged', cause: 'lost' });
    expect(view.qr).toMatchObject({ commandId: 'c1' });
  });

  it('does not let the end of the replaced QR hide the newer one', () => {
    const view = after(
      command('old', shown),
      command('new', { stage: 'received' }),
      command('old', { stage: 'cleared', reason: 'replaced' }),
    );
    expect(view.command).toMatchObject({ commandId: 'new', progress: { stage: 'received' } });
    expect(view.qr).toMatchObject({ commandId: 'new' });
  });

  it('tells the last QR from the last command of another type', () => {
    const view = after(
      command('qr', shown),
      command('rotate', { stage: 'received' }, 'start_rotation'),
      command('qr', { stage: 'cleared', reason: 'paid' }),
      command('rotate', { stage: 'cleared', reason: 'done' }, 'start_rotation'),
    );
    expect(view.command).toMatchObject({ commandId: 'rotate', progress: { stage: 'cleared' } });
    expect(view.qr).toMatchObject({ commandId: 'qr', progress: { stage: 'cleared', reason: 'paid' } });
  });

  it('knows the amount of a paid QR from the QR itself, or from what says that it was paid', () => {
    const paid = command('qr', { stage: 'cleared', reason: 'paid' });
    const told = { ...command('tick', { stage: 'received' }, 'show_paid'), amount: 'MUR 1.00' } as StationEvent;
    const seen = { ...command('qr', shown), amount: 'MUR 2.00' } as StationEvent;
    expect(after(seen, told, paid).qr?.amount).toBe('MUR 2.00');
    expect(after(told, paid).qr?.amount).toBe('MUR 1.00');
    expect(after(seen, told, paid, command('next', { stage: 'received' })).qr?.amount).toBeUndefined();
    expect(after(told, command('qr', { stage: 'cleared', reason: 'timeout' })).qr?.amount).toBeUndefined();
  });

  it('forgets the screen when nothing is known of it any more', () => {
    const shown = { screen: 'qr', commandId: 'c1', jpeg: new Uint8Array([1]) } as const;
    expect(after({ kind: 'screen', screen: shown }).screen).toBe(shown);
    expect(after({ kind: 'screen', screen: shown }, { kind: 'screen', screen: undefined }).screen).toBeUndefined();
  });

  it('says in the log when a poll came late, and only then', () => {
    expect(after({ kind: 'poll', gapMs: 2_050 }).log).toEqual([]);
    expect(after({ kind: 'poll', gapMs: 61_000 }).log).toMatchObject([{ event: 'poll_gap', level: 'warn' }]);
  });

  it('keeps a bounded log', () => {
    const entry = (text: string): StationEvent => ({
      kind: 'log',
      entry: { at: NOW.toISOString(), level: 'info', event: 'x', text },
    });
    const view = after(...Array.from({ length: MAX_LOG_ENTRIES + 5 }, (_, index) => entry(`${index}`)));
    expect(view.log).toHaveLength(MAX_LOG_ENTRIES);
    expect(view.log.at(-1)).toMatchObject({ text: `${MAX_LOG_ENTRIES + 4}` });
  });

  it('uses the words of the contract', () => {
    const word = (progress: CommandProgress, screen?: ShownScreen) =>
      commandWord(screen === undefined ? {} : { screen }, { commandId: 'c1', type: 'display_qr', progress });
    const jpeg = new Uint8Array();
    expect(word({ stage: 'preparing' })).toBe('received');
    expect(word(shown, { screen: 'qr', commandId: 'c1', jpeg })).toBe('displayed');
    expect(word(shown, { screen: 'test', jpeg })).toBe('covered');
    expect(word({ stage: 'cleared', reason: 'paid' }, { screen: 'paid', jpeg })).toBe('cleared');
  });
});

describe('poll gaps', () => {
  it('gives the 99th percentile and the longest of the last ten minutes', () => {
    const gaps = Array.from({ length: 300 }, (_, index) => (index < 5 ? 9_000 : 2_000)).reduce(withGap, noGaps);
    expect(gapSummary(gaps)).toEqual({ p99Ms: 9_000, maxMs: 9_000 });
    const later = Array.from({ length: 299 }, () => 2_000).reduce(withGap, gaps);
    expect(gapSummary(later)).toEqual({ p99Ms: 2_000, maxMs: 2_000 });
    expect(gapSummary(noGaps)).toBeUndefined();
  });
});
