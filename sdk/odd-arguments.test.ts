/** Pages are JavaScript, so anything may be passed: no method rejects or throws, and each answer says what is wrong. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeviceService } from './device-service.ts';
import type { DeviceService } from './types.ts';

const bare: object = Object.create(null) as object;
const trap = {
  get command_id(): string {
    throw new Error('a getter of the page’s own');
  },
  get name(): string {
    throw new Error('a getter of the page’s own');
  },
  get takeover(): boolean {
    throw new Error('a getter of the page’s own');
  },
  get signal(): AbortSignal {
    throw new Error('a getter of the page’s own');
  },
  get agentId(): string {
    throw new Error('a getter of the page’s own');
  },
};
const ODD: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['an empty text', ''],
  ['a number', 42],
  ['NaN', Number.NaN],
  ['true', true],
  ['a bigint', 9n],
  ['a symbol', Symbol('odd')],
  ['a function', () => undefined],
  ['a list', [1, null]],
  ['an object', { nested: { deep: 1 } }],
  ['an object without prototype', bare],
  ['an object whose getters throw', trap],
  ['half a letter', '\ud83d'],
  ['a date that is none', new Date(Number.NaN)],
];

const anything = (value: unknown): never => value as never;

/** Each public method with an odd value at each place; the others are as they should be. */
const CALLS: Readonly<Record<keyof DeviceService, readonly ((service: DeviceService, odd: never) => unknown)[]>> = {
  configure: [
    (service, odd) => service.configure(odd),
    ...(['baseUrl', 'token', 'getToken', 'agentId', 'agentName', 'timeoutMs'] as const).map(
      (field) => (service: DeviceService, odd: never) => {
        service.configure({ [field]: odd });
        return service.checkHealth();
      },
    ),
  ],
  isAvailable: [(service, odd) => (service.isAvailable as (odd: never) => unknown)(odd)],
  checkHealth: [(service, odd) => (service.checkHealth as (odd: never) => unknown)(odd)],
  linkDevice: [
    (service, odd) => service.linkDevice(odd, 'Asha', { deviceId: 'd1' }),
    (service, odd) => service.linkDevice(42, odd, { deviceId: 'd1' }),
    (service, odd) => service.linkDevice(42, 'Asha', odd),
    ...(['pairingCode', 'deviceId', 'computerName', 'takeover'] as const).map(
      (field) => (service: DeviceService, odd: never) => service.linkDevice(42, 'Asha', { [field]: odd }),
    ),
  ],
  displayQR: [
    (service, odd) => service.displayQR(odd),
    (service, odd) => service.displayQR('text', odd),
    ...(['name', 'amountDue', 'reference', 'expires_in'] as const).map(
      (field) => (service: DeviceService, odd: never) => service.displayQR('text', { [field]: odd }),
    ),
  ],
  paymentComplete: [
    (service, odd) => service.paymentComplete(odd),
    (service, odd) => service.paymentComplete({ command_id: odd }),
  ],
  cancel: [(service, odd) => service.cancel(odd), (service, odd) => service.cancel('c1', odd)],
  unlinkDevice: [(service, odd) => (service.unlinkDevice as (odd: never) => unknown)(odd)],
  watch: [
    (service, odd) => watched(service, odd),
    (service, odd) => watched(service, anything({ command_id: odd })),
    (service, odd) => watched(service, anything('c1'), odd),
    (service, odd) => watched(service, anything('c1'), anything(undefined), odd),
    (service, odd) => watched(service, anything('c1'), anything(undefined), anything({ signal: odd })),
  ],
};

async function watched(service: DeviceService, ...args: [never, never?, never?]): Promise<unknown> {
  const watch = (service.watch as (...given: unknown[]) => ReturnType<DeviceService['watch']>)(...args);
  for await (const _update of watch) watch.stop();
  return (await watch.finished) ?? 'nothing seen';
}

beforeEach(() => {
  // Whatever waits, waits for no real time.
  vi.useFakeTimers();
  vi.setTimerTickMode('nextTimerAsync');
  vi.stubGlobal('localStorage', undefined);
  // Nobody waits for a kiosk tab here.
  vi.stubGlobal('BroadcastChannel', undefined);
  // The relay takes whatever JSON can say, so that nothing but this module refuses.
  const body = { success: true, device_id: 'd1', command_id: 'c1', state: 'displayed', reason: null };
  vi.stubGlobal(
    'fetch',
    vi.fn(async (_url: string, { signal }: RequestInit) => {
      signal?.throwIfAborted();
      return new Response(JSON.stringify(body));
    }),
  );
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('no method rejects or throws', () => {
  it('of all that there are', () =>
    expect(Object.keys(CALLS).sort()).toEqual(Object.keys(createDeviceService()).sort()));

  const rows = Object.entries(CALLS).flatMap(([method, calls]) =>
    calls.map((call, place) => ({ method, place, call })),
  );
  it.each(rows)('$method, at place $place', async ({ method, call }) => {
    for (const [what, odd] of ODD) {
      const service = createDeviceService({ baseUrl: 'https://pay.example', token: 'tok', agentId: 42 });
      const answer = await call(service, odd as never);
      if (method !== 'configure') expect(answer, what).toBeDefined();
      if (typeof answer === 'object' && answer !== null && 'error' in answer && answer.error !== null)
        expect(answer.error, what).toMatch(/^[A-Za-z].{10,}/);
    }
  });

  it('nor does a service that was made of something odd', async () => {
    for (const [, odd] of ODD) {
      if (odd === trap) continue;
      const service = createDeviceService(odd as never);
      expect(await service.displayQR('text')).toMatchObject({ success: false, code: 'no_agent' });
    }
  });
});

describe('the sentence says what to mend', () => {
  const service = () => createDeviceService({ baseUrl: 'https://pay.example', token: 'tok', agentId: 42 });

  it.each([
    [{ customerName: 'Asha' }, 'there is no field “customerName”. Did you mean customer_name?'],
    [{ policyNumbr: 1 }, 'Did you mean policy_number?'],
    [{ amountdue: 1 }, 'Did you mean amountDue?'],
    [{ refrence: 'x' }, 'Did you mean reference?'],
    [{ amountDue: Number.NaN }, 'amountDue must be a text or number.'],
    [{ name: { first: 'A' } }, 'name must be a text or number.'],
  ])('displayQR with %j', async (customer, words) => {
    const sent = await service().displayQR('text', customer as object);
    expect(sent).toMatchObject({ success: false, code: 'bad_argument', error: expect.stringContaining(words) });
    expect(fetch).not.toHaveBeenCalled();
  });

  it('other fields of the page’s customer are its own, and so is one whose right name is there, too', async () => {
    const customer = { name: 'A', customer_name: 'B', customerName: 'C', email: 'a@b.example', phone: '1', names: [] };
    expect(await service().displayQR('text', customer)).toMatchObject({ success: true });
    const [, { body }] = vi.mocked(fetch).mock.lastCall as unknown as [string, { body: string }];
    expect(JSON.parse(body)).toMatchObject({ customer_name: 'B' });
    expect(body).not.toMatch(/email|phone|names/);
  });

  it.each([
    [{ pairing_code: 'KX4T9P' }, 'Did you mean pairingCode?'],
    [{ takeOver: true }, 'Did you mean takeover?'],
    [{ code: 'KX4T9P' }, 'Did you mean pairingCode?'],
    [{ colour: 'red' }, 'there is no field “colour”.'],
    [{ takeover: 'yes' }, 'takeover must be true or false.'],
  ])('linkDevice with %j', async (options, words) => {
    const linked = await service().linkDevice(42, 'Asha', options as object);
    expect(linked).toMatchObject({ success: false, code: 'bad_argument', error: expect.stringContaining(words) });
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each([
    [{ gettoken: () => 'x' }, 'configure: there is no field “gettoken”. Did you mean getToken?'],
    [{ baseUrl: 42 }, 'configure: baseUrl must be a text.'],
    [{ getToken: 'tok' }, 'configure: getToken must be a function.'],
  ])('configure with %j', async (more, words) => {
    const page = service();
    page.configure(more as object);
    expect(await page.unlinkDevice()).toMatchObject({ success: false, code: 'bad_argument', error: words });
  });

  it('a command that is none: the failure of displayQR, for instance', async () => {
    const sent = await createDeviceService().displayQR('text');
    const page = service();
    for (const end of [page.paymentComplete, page.cancel])
      expect(await end(sent as never)).toMatchObject({ success: false, code: 'bad_argument' });
    expect(await page.watch(sent as never).finished).toMatchObject({ state: 'unknown', reason: 'bad_argument' });
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('getToken', () => {
  const page = (getToken: () => unknown, more = {}) =>
    createDeviceService({ baseUrl: 'https://pay.example', agentId: 42, getToken: getToken as never, ...more });

  it.each([
    [
      'an Error',
      () => {
        throw new Error('The session is over.');
      },
      'getToken failed: The session is over.',
    ],
    ['a text', () => Promise.reject('no'), 'getToken failed: no'], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
    [
      'an object without prototype',
      () => Promise.reject(bare), // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
      'getToken failed: something without a message',
    ],
  ])('that throws %s: the error says so', async (_what, getToken, error) => {
    expect(await page(getToken).displayQR('text')).toEqual({ success: false, code: 'token_failed', error });
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an empty text', '', 'an empty text'],
    ['an answer of fetch', new Response('x'), 'object'],
  ])('that gives %s: the error says so, at once', async (_what, given, word) => {
    const getToken = vi.fn(() => given);
    expect(await page(getToken).displayQR('text')).toEqual({
      success: false,
      code: 'no_token',
      error: `getToken gave ${word} instead of a token. Is the agent still logged in?`,
    });
    expect(getToken).toHaveBeenCalledOnce();
    expect(await page(getToken).watch('c1').finished).toMatchObject({ state: 'unknown', reason: 'no_token' });
    expect(fetch).not.toHaveBeenCalled();
  });

  it('that never answers does not hold the page up', async () => {
    const never = () => new Promise<string>(() => undefined);
    expect(await page(never, { timeoutMs: 500 }).linkDevice(42, 'Asha', { deviceId: 'd1' })).toMatchObject({
      code: 'token_failed',
      error: 'getToken failed: it took too long.',
    });
  });

  it('that fails once is asked again where a call may be repeated', async () => {
    const getToken = vi
      .fn(() => 'tok')
      .mockImplementationOnce(() => {
        throw new TypeError('Failed to fetch');
      });
    expect(await page(getToken).displayQR('text')).toMatchObject({ success: true });
    expect(getToken).toHaveBeenCalledTimes(2);
  });
});
