import { describe, expect, it, vi } from 'vitest';
import type { LitElement } from 'lit';
import { AdminError } from '../data/admin-api.ts';
import { LoadController } from './load-controller.ts';

/** A host that only counts its updates and remembers the events dispatched from it. */
function makeHost() {
  const events: string[] = [];
  const host = {
    addController: () => undefined,
    requestUpdate: vi.fn(),
    dispatchEvent: ({ type }: Event) => events.push(type) > 0,
  } as unknown as LitElement;
  return { host, events };
}

describe('what the admin page reads from the relay', () => {
  it('stays in place while the next is read, and when the next fails', async () => {
    const { host } = makeHost();
    const answers: (() => Promise<number>)[] = [
      () => Promise.resolve(1),
      () => Promise.reject(new Error('The relay does not answer.')),
    ];
    const controller = new LoadController(host, () => answers.shift()!());
    await controller.load();
    expect(controller).toMatchObject({ value: 1, problem: '' });
    const second = controller.load();
    expect(controller.value).toBe(1);
    await second;
    expect(controller).toMatchObject({ value: 1, problem: 'The relay does not answer.' });
  });

  it('is the newest, whatever the order of the answers; the older read is aborted', async () => {
    const { host } = makeHost();
    const open: { resolve: (value: string) => void; signal: AbortSignal }[] = [];
    const controller = new LoadController<string>(
      host,
      (signal) => new Promise((resolve) => open.push({ resolve, signal })),
    );
    const both = [controller.load(), controller.load()];
    open[1]?.resolve('newer');
    open[0]?.resolve('older');
    await Promise.all(both);
    expect(controller.value).toBe('newer');
    expect(open.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  it('ends the session for the whole page when the relay has ended it', async () => {
    const { host, events } = makeHost();
    const controller = new LoadController(host, () => Promise.reject(new AdminError('signed_out', 'Sign in again.')));
    await controller.load();
    expect(events).toEqual(['signed-out']);
  });
});
