import type { ReactiveControllerHost } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WakeController } from './wake-controller.ts';

/** A page, and how often the station was told to look again. */
function makePage() {
  const page = { visibilityState: 'visible', document: new EventTarget(), window: new EventTarget(), wakes: 0 };
  vi.stubGlobal(
    'document',
    Object.defineProperty(page.document, 'visibilityState', { get: () => page.visibilityState }),
  );
  vi.stubGlobal('window', page.window);
  const host = { addController: () => undefined } as unknown as ReactiveControllerHost;
  const controller = new WakeController(host, () => (page.wakes += 1));
  controller.hostConnected();
  return { page, controller };
}

/** The wall clock goes on, timers do not. */
const sleepPc = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the station looks again', () => {
  it('within 5 s of a PC’s waking, once', () => {
    const { page, controller } = makePage();
    vi.advanceTimersByTime(60_000);
    expect(page.wakes).toBe(0);
    sleepPc(45 * 60_000);
    vi.advanceTimersByTime(5_000);
    expect(page.wakes).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(page.wakes).toBe(1);
    controller.hostDisconnected();
  });

  it('not for a timer that a hidden tab’s throttling makes a little late, nor for a clock that is put right backwards', () => {
    const { page, controller } = makePage();
    sleepPc(19_000);
    vi.advanceTimersByTime(5_000);
    sleepPc(-3_600_000);
    vi.advanceTimersByTime(60_000);
    expect(page.wakes).toBe(0);
    controller.hostDisconnected();
  });

  it.each([
    ['the tab is thawed', (page: EventTargets) => page.document.dispatchEvent(new Event('resume'))],
    ['the page comes back from the cache', (page: EventTargets) => page.window.dispatchEvent(new Event('pageshow'))],
    ['the network is back', (page: EventTargets) => page.window.dispatchEvent(new Event('online'))],
    ['the tab is shown', (page: EventTargets) => page.document.dispatchEvent(new Event('visibilitychange'))],
  ])('at once when %s', (_what, happen) => {
    const { page, controller } = makePage();
    happen(page);
    expect(page.wakes).toBe(1);
    controller.hostDisconnected();
  });

  it('not when the tab is hidden, and never after the page has gone', () => {
    const { page, controller } = makePage();
    page.visibilityState = 'hidden';
    page.document.dispatchEvent(new Event('visibilitychange'));
    expect(page.wakes).toBe(0);
    controller.hostDisconnected();
    page.visibilityState = 'visible';
    page.document.dispatchEvent(new Event('visibilitychange'));
    page.window.dispatchEvent(new Event('online'));
    sleepPc(3_600_000);
    vi.advanceTimersByTime(60_000);
    expect(page.wakes).toBe(0);
  });
});

interface EventTargets {
  readonly document: EventTarget;
  readonly window: EventTarget;
}
