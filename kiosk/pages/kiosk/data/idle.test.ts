import { describe, expect, it } from 'vitest';
import type { CommandProgress, ShownScreen, StationEvent } from '../../../../shared/station/station-types.ts';
import { CODE_LASTS_MS, isIdle, mayHandBack, type PageNow } from './idle.ts';
import { unknownStation, withMessage } from './station-view.ts';

const NOW = new Date('2026-01-05T08:30:00Z');
const after = (...events: StationEvent[]): PageNow => ({
  view: events.reduce((view, event) => withMessage(view, { kind: 'event', event }, NOW), unknownStation),
  isFillingIn: false,
  codeAgeMs: Infinity,
});
const ready: StationEvent = { kind: 'display', state: 'ready' };
const qr = (progress: CommandProgress): StationEvent => ({
  kind: 'command',
  commandId: 'c1',
  type: 'display_qr',
  progress,
});
const on = (screen: ShownScreen['screen']): StationEvent => ({
  kind: 'screen',
  screen: { screen, jpeg: new Uint8Array([1]) },
});
const uploading: CommandProgress = {
  stage: 'uploading',
  sentBytes: 1024,
  totalBytes: 2048,
  attempt: 1,
  remainingMs: 1_000,
};

const inUse: [string, StationEvent[]][] = [
  ['a QR is on its way to the display', [ready, qr(uploading)]],
  ['a QR has just arrived', [ready, qr({ stage: 'received' })]],
  ['a customer’s QR is on the display', [ready, qr({ stage: 'displayed', picture: {}, tookMs: 2_100 })]],
  ...(['qr', 'paid', 'pairing', 'message', 'test', 'identify'] as const).map((screen): [string, StationEvent[]] => [
    `the display shows the screen "${screen}"`,
    [ready, on(screen)],
  ]),
];

describe('idle, when an update may reload the page', () => {
  it.each<[string, StationEvent[]]>([
    ...inUse,
    ['the display is being recovered', [{ kind: 'display', state: 'recovering' }]],
    ['the idle picture is on its way to the display', [{ kind: 'display', state: 'uploading' }]],
    ['the display is being found', [{ kind: 'display', state: 'connecting' }]],
  ])('is not while %s', (_, events) => {
    expect(isIdle(after(...events))).toBe(false);
  });

  it('is not while somebody fills in the set-up form', () => {
    expect(isIdle({ ...after(ready), isFillingIn: true })).toBe(false);
  });

  it('is not while the page was given a pairing code that may still be typed in: five minutes, not longer', () => {
    const page = { ...after(ready, on('idle')), codeAgeMs: 0 };
    expect(isIdle(page)).toBe(false);
    expect(isIdle({ ...page, codeAgeMs: CODE_LASTS_MS - 1 })).toBe(false);
    expect(isIdle({ ...page, codeAgeMs: CODE_LASTS_MS })).toBe(true);
  });

  it('is when the last QR is gone, and what was on the display', () => {
    expect(isIdle(after(ready, qr({ stage: 'cleared', reason: 'paid' })))).toBe(true);
    expect(isIdle(after(ready, on('pairing'), on('idle')))).toBe(true);
    expect(isIdle(after(ready, on('pairing'), { kind: 'screen', screen: undefined }))).toBe(true);
    expect(isIdle(after(ready))).toBe(true);
  });
});

describe('the hand-back of the display by the standby window', () => {
  it.each(inUse)('waits while %s', (_, events) => {
    expect(mayHandBack(after(...events))).toBe(false);
  });

  it('waits for what the page itself is in the middle of', () => {
    expect(mayHandBack({ ...after(ready), isFillingIn: true })).toBe(false);
    expect(mayHandBack({ ...after(ready), codeAgeMs: CODE_LASTS_MS - 1 })).toBe(false);
  });

  it('does not wait for a display that keeps coming and going: the main page has the help against that', () => {
    const states = ['connecting', 'ready', 'uploading', 'recovering', 'ready', 'unplugged'] as const;
    const events = states.map((state): StationEvent => ({ kind: 'display', state }));
    for (let count = 1; count <= events.length; count += 1)
      expect(mayHandBack(after(...events.slice(0, count)))).toBe(true);
  });
});
