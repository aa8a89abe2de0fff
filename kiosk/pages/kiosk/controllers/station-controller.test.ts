import type { ReactiveControllerHost } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StationView } from '../data/station-view.ts';
import type { FromWorker, ToWorker } from '../../../worker/messages.ts';
import { StationController, type StartMessage } from './station-controller.ts';

/** As a worker is: an EventTarget that takes messages, until it is terminated. */
class FakeWorker extends EventTarget {
  readonly heard: ToWorker[] = [];
  terminated = false;

  postMessage(message: ToWorker): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: FromWorker): void {
    if (!this.terminated) this.dispatchEvent(new MessageEvent('message', { data }));
  }

  crash(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

const START: StartMessage = {
  kind: 'start',
  apiUrl: 'https://relay.example/api/device',
  profile: 'serial',
  computerName: 'SHOWROOM-PC-01',
  enrolKey: 'first-key',
  version: '0.0.0',
  display: 'serial',
};
const ONLINE: FromWorker = { kind: 'event', event: { kind: 'relay', state: 'online' } };
const POLL: FromWorker = { kind: 'event', event: { kind: 'poll', gapMs: 2_000 } };

function makeController() {
  const workers: FakeWorker[] = [];
  const views: StationView[] = [];
  const host = { addController: () => undefined, requestUpdate: vi.fn() } as unknown as ReactiveControllerHost;
  const controller = new StationController(
    host,
    () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
    (view) => views.push(view),
  );
  controller.hostConnected();
  controller.start(START);
  const events = (): string[] => controller.view.log.map(({ event }) => event);
  return { controller, workers, views, events, now: () => workers.at(-1)! };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the worker of a kiosk', () => {
  it('is started with what the page knows, and what it says becomes the view', () => {
    const { controller, views, now } = makeController();
    expect(now().heard).toEqual([START]);
    now().say(ONLINE);
    expect(controller.view.relay.state).toBe('online');
    expect(views.at(-1)).toBe(controller.view);
    controller.hostDisconnected();
    expect(now().terminated).toBe(true);
  });

  it('that crashes is followed by another after 3 s, and the log says why', () => {
    const { controller, workers, events, now } = makeController();
    now().crash('out of memory');
    expect(controller.view.log.at(-1)).toMatchObject({ event: 'worker_crashed', text: 'out of memory' });
    vi.advanceTimersByTime(2_999);
    expect(workers).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(workers).toHaveLength(2);
    expect(workers[0]?.terminated).toBe(true);
    expect(now().heard).toEqual([START]);
    expect(events()).toEqual(['worker_crashed']);
    controller.hostDisconnected();
  });

  it('that cannot start says so on the page until the next one has begun', () => {
    const { controller, workers, now } = makeController();
    now().say({ kind: 'broken', sentence: 'The browser keeps no data.' });
    expect(controller.view.broken).toBe('The browser keeps no data.');
    vi.advanceTimersByTime(3_000);
    expect(workers).toHaveLength(2);
    expect(controller.view.broken).toBeUndefined();
    controller.hostDisconnected();
  });

  it('that is silent for a minute and a half is started again; one that polls is not, all day long', () => {
    const { controller, workers, events, now } = makeController();
    for (let second = 0; second < 8 * 3_600; second += 30) {
      now().say(POLL);
      vi.advanceTimersByTime(30_000);
    }
    expect(workers).toHaveLength(1);
    vi.advanceTimersByTime(105_000);
    expect(workers).toHaveLength(2);
    expect(events().at(-1)).toBe('worker_silent');
    controller.hostDisconnected();
  });

  it('that comes after another begins with the name and key that were set meanwhile', () => {
    const { controller, now } = makeController();
    controller.send({ kind: 'provision', computerName: 'SHOWROOM-PC-02', enrolKey: '' });
    now().crash('gone');
    vi.advanceTimersByTime(3_000);
    const { enrolKey: _taken, ...start } = START;
    expect(now().heard).toEqual([{ ...start, computerName: 'SHOWROOM-PC-02' }]);
    controller.hostDisconnected();
  });

  it('answers “restart connection”; what fails is in the log, and why is a closed word', async () => {
    const { controller, events, now } = makeController();
    const done = controller.ask('restart_display');
    const asked = now().heard.at(-1);
    if (asked?.kind !== 'ask') throw new Error('Nothing was asked.');
    expect(asked.what).toBe('restart_display');
    now().say({ kind: 'answer', id: asked.id, result: { ok: true } });
    expect(await done).toEqual({ ok: true });

    const failing = controller.ask('restart_display');
    now().say({
      kind: 'answer',
      id: asked.id + 1,
      result: { ok: false, why: 'not_back', sentence: 'The display did not come back.' },
    });
    expect(await failing).toMatchObject({ why: 'not_back' });
    expect(controller.view.log.at(-1)?.text).toBe('restart_display: The display did not come back.');
    expect(events()).toEqual(['ask_failed']);
    controller.hostDisconnected();
  });

  it('that does not answer is given a minute; one that goes meanwhile answers at once', async () => {
    const { controller, now } = makeController();
    const slow = controller.ask('test_card');
    now().say(POLL);
    vi.advanceTimersByTime(59_999);
    now().say(POLL);
    vi.advanceTimersByTime(1);
    expect(await slow).toMatchObject({ ok: false, why: 'too_long' });
    const cut = controller.ask('test_card');
    now().crash('gone');
    vi.advanceTimersByTime(3_000);
    expect(await cut).toMatchObject({ ok: false, why: 'restarted' });
    controller.hostDisconnected();
    expect(await controller.ask('test_card')).toMatchObject({ why: 'not_started' });
  });

  it('is gone when another window drives the display from now on, and is not started again until this one does', async () => {
    const { controller, workers, views, now, events } = makeController();
    now().say(ONLINE);
    now().crash('out of memory');
    controller.stop();
    expect(now().terminated).toBe(true);
    expect(controller.running).toBe(false);
    expect(views.at(-1)?.relay.state).toBe('offline');
    expect(events()).toEqual(['worker_crashed']);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(workers).toHaveLength(1);
    controller.start(START);
    expect(now().heard).toEqual([START]);
    expect(workers).toHaveLength(2);
    controller.hostDisconnected();
  });
});
