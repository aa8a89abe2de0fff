import { afterEach, describe, expect, it, vi } from 'vitest';
import { carryOut, type ActionOutcome } from './actions.ts';
import { AdminApi, AdminError } from './admin-api.ts';
import type { Device } from './device.ts';
import type { CommandCounts } from './follow-commands.ts';
import { outcomeWords } from '../messages/actions.ts';

const device = ({ computer_name }: Pick<Device, 'computer_name'>): Device =>
  ({ device_id: `device_${computer_name}`, computer_name }) as Device;

it('carries an action out on all displays, and tells which ones refused', async () => {
  const fleet = Array.from({ length: 11 }, (_, index) => device({ computer_name: `PC-${index}` }));
  const asked: string[] = [];
  let most = 0;
  const act = async (deviceId: string, _action: string, body: unknown): Promise<unknown> => {
    asked.push(`${deviceId} ${JSON.stringify(body)}`);
    await Promise.resolve();
    if (deviceId.endsWith('-7')) throw new Error('It is gone.');
    const isOnline = !deviceId.endsWith('-3');
    return { command_id: `c${deviceId}`, device_online: isOnline };
  };
  const outcomes = await carryOut(
    { act },
    { action: 'message', devices: fleet },
    { text: 'Hello', display_seconds: 60 },
    (done) => (most = done),
  );
  expect(asked).toHaveLength(11);
  expect(asked[0]).toBe('device_PC-0 {"text":"Hello","display_seconds":60}');
  expect(most).toBe(11);
  const names = (kind: ActionOutcome['kind']): string[] =>
    outcomes.filter((outcome) => outcome.kind === kind).map(({ device: { computer_name } }) => computer_name);
  expect(names('refused')).toEqual(['PC-7']);
  expect(names('offline')).toEqual(['PC-3']);
  expect(names('queued')).toHaveLength(9);
  expect(names('done')).toEqual([]);
  const words = (counts?: CommandCounts) =>
    outcomeWords({ action: 'message', devices: fleet }, 'PC-0 and 10 more', outcomes, counts);
  expect(words()).toBe('Show a message (PC-0 and 10 more): 9 queued, 1 offline, 1 refused');
  expect(words({ shown: 8, failed: 1, waiting: 0 })).toBe(
    'Show a message (PC-0 and 10 more): 8 shown, 1 failed, 1 offline, 1 refused',
  );
});

it('waits where a proxy lets no more through, and does not call that a refusal unless it goes on for long', async () => {
  const fleet = ['PC-1', 'PC-2'].map((computer_name) => device({ computer_name }));
  const tooFast = new AdminError('rate_limited', 'The relay answered 429.');
  const asked: string[] = [];
  const act = async (deviceId: string): Promise<void> => {
    asked.push(deviceId);
    await Promise.resolve();
    const isThird = asked.filter((id) => id === deviceId).length === 3;
    if (!isThird || deviceId.endsWith('-2')) throw tooFast;
  };
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);
  const outcomes = await carryOut({ act }, { action: 'test', devices: fleet }, {}, () => undefined, pause);
  const refused = outcomes.filter(({ kind }) => kind === 'refused');
  expect(refused.map(({ device: { computer_name } }) => computer_name)).toEqual(['PC-2']);
  expect(asked.filter((id) => id.endsWith('-1'))).toHaveLength(3);
  // Ten tries with nine pauses between, and two before the third of the first.
  expect(pauses).toEqual(Array.from({ length: 11 }, () => 1_000));
});

describe('a refusal', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    { by: 'a proxy that lets no more through', status: 429, body: '<html>', code: 'rate_limited' },
    { by: 'the relay, whose queue is full', status: 429, body: '{"code":"queue_full"}', code: 'queue_full' },
    { by: 'the relay, for a session that is over', status: 401, body: '{"code":"unauthorized"}', code: 'signed_out' },
    { by: 'somebody without a word', status: 502, body: '', code: 'relay_error' },
  ])('by $by has the code $code', async ({ status, body, code }) => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })));
    await expect(new AdminApi('https://qr.example/api/device').act('d1', 'test')).rejects.toMatchObject({ code });
  });
});
