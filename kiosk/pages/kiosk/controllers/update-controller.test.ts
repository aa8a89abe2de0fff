import type { ReactiveControllerHost } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { IDLE_BEFORE_UPDATE_MS, UpdateController } from './update-controller.ts';

interface Beginning {
  /** A newer version waits. */
  readonly waiting?: boolean;
  /** This page was loaded by a version that is there: not so in a browser's first session, nor after Ctrl+F5. */
  readonly controlled?: boolean;
  readonly active?: boolean;
}

/** A browser with one service worker in charge and, perhaps, a newer one that waits. */
function makeBrowser({ waiting = true, controlled = true, active = controlled }: Beginning = {}) {
  const container = new EventTarget() as EventTarget & { controller: unknown; register: unknown };
  const newer = { postMessage: vi.fn() };
  container.controller = controlled ? {} : null;
  container.register = async () => ({
    active: active ? {} : null,
    waiting: waiting ? newer : null,
    update: async () => undefined,
  });
  const state = { owner: true, idle: true, now: 0 };
  const reload = vi.fn();
  const host = { addController: () => undefined } as unknown as ReactiveControllerHost;
  const controller = new UpdateController(host, {
    isOwner: () => state.owner,
    isIdle: () => state.idle,
    container: container as unknown as ServiceWorkerContainer,
    reload,
    now: () => state.now,
  });
  return { container, newer, state, reload, controller };
}

async function connected(options?: Beginning) {
  vi.useFakeTimers();
  const browser = makeBrowser(options);
  browser.controller.hostConnected();
  await vi.advanceTimersByTimeAsync(0);
  vi.useRealTimers();
  return browser;
}

describe('an update of the kiosk', () => {
  it('waits until the counter has been idle for a while, then is taken over and loaded', async () => {
    const { controller, state, newer, container, reload } = await connected();
    controller.look();
    state.now = IDLE_BEFORE_UPDATE_MS - 1;
    controller.look();
    expect(newer.postMessage).not.toHaveBeenCalled();
    state.now = IDLE_BEFORE_UPDATE_MS;
    controller.look();
    expect(newer.postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'SKIP_WAITING' });
    container.dispatchEvent(new Event('controllerchange'));
    expect(reload).toHaveBeenCalledOnce();
    controller.hostDisconnected();
  });

  it('is not taken over in the middle of an upload or with a QR on the display, however long that takes', async () => {
    const { controller, state, newer, reload } = await connected();
    state.idle = false;
    for (state.now = 0; state.now < 600_000; state.now += 5_000) controller.look();
    expect(newer.postMessage).not.toHaveBeenCalled();
    expect(reload).not.toHaveBeenCalled();
    state.idle = true;
    controller.look();
    expect(newer.postMessage).not.toHaveBeenCalled();
    controller.hostDisconnected();
  });

  it('that another tab has put in charge is loaded only when this one is idle', async () => {
    const { controller, state, container, reload } = await connected({ waiting: false });
    state.idle = false;
    container.dispatchEvent(new Event('controllerchange'));
    controller.look();
    expect(reload).not.toHaveBeenCalled();
    state.idle = true;
    controller.look();
    state.now = IDLE_BEFORE_UPDATE_MS;
    controller.look();
    expect(reload).toHaveBeenCalledOnce();
    controller.hostDisconnected();
  });

  it.each<[string, Beginning, number]>([
    ['in a browser’s first session: the first version is none, the second is', { controlled: false }, 2],
    ['after Ctrl+F5, past the version that is there: the next one is', { controlled: false, active: true }, 1],
    ['from the second session on: any is', {}, 1],
  ])('is told from the version that the page began with, %s', async (_, beginning, changes) => {
    const { controller, state, container, reload } = await connected({ ...beginning, waiting: false });
    for (let change = 1; change <= changes; change += 1) {
      expect(reload).not.toHaveBeenCalled();
      container.dispatchEvent(new Event('controllerchange'));
      controller.look();
      state.now += IDLE_BEFORE_UPDATE_MS;
      controller.look();
    }
    expect(reload).toHaveBeenCalled();
    controller.hostDisconnected();
  });

  it('is not the first version that takes charge of a page that only waits', async () => {
    const { controller, state, container, reload } = await connected({ waiting: false, controlled: false });
    state.owner = false;
    container.dispatchEvent(new Event('controllerchange'));
    expect(reload).not.toHaveBeenCalled();
    container.dispatchEvent(new Event('controllerchange'));
    expect(reload).toHaveBeenCalledOnce();
    controller.hostDisconnected();
  });

  it('is never taken over by a page that only waits: it loads what the owner has put in charge, at once', async () => {
    const { controller, state, newer, container, reload } = await connected();
    state.owner = false;
    for (state.now = 0; state.now < 600_000; state.now += 5_000) controller.look();
    expect(newer.postMessage).not.toHaveBeenCalled();
    expect(reload).not.toHaveBeenCalled();
    container.dispatchEvent(new Event('controllerchange'));
    expect(reload).toHaveBeenCalledOnce();
    controller.hostDisconnected();
  });

  it('is not taken over at once by a page that waited long and has just become the owner', async () => {
    const { controller, state, newer } = await connected();
    state.owner = false;
    for (state.now = 0; state.now < 600_000; state.now += 5_000) controller.look();
    state.owner = true;
    controller.look();
    state.now += IDLE_BEFORE_UPDATE_MS - 1;
    controller.look();
    expect(newer.postMessage).not.toHaveBeenCalled();
    state.now += 1;
    controller.look();
    expect(newer.postMessage).toHaveBeenCalledOnce();
    controller.hostDisconnected();
  });
});
