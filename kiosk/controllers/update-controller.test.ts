import type { ReactiveControllerHost } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { IDLE_BEFORE_UPDATE_MS, UpdateController } from './update-controller.ts';

/** A browser with one service worker in charge and, perhaps, a newer one that waits. */
function makeBrowser({ waiting = true } = {}) {
  const container = new EventTarget() as EventTarget & { controller: unknown; register: unknown };
  const newer = { postMessage: vi.fn() };
  container.controller = {};
  container.register = async () => ({ waiting: waiting ? newer : null, update: async () => undefined });
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

async function connected(options?: { waiting?: boolean }) {
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

  it('is not taken over in the middle of an upload or with a QR on the glass, however long that takes', async () => {
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
