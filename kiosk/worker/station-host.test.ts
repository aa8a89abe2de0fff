import { describe, expect, it } from 'vitest';
import { ShowError } from '../../shared/screen/show-picture.ts';
import { StationError } from '../../shared/station/station-error.ts';
import type { StationControls } from '../../shared/station/station-types.ts';
import type { AskFailure, FromWorker, ToWorker } from './messages.ts';
import { StationHost, type HostParts } from './station-host.ts';

const START: ToWorker = {
  kind: 'start',
  apiUrl: 'https://relay.example/api/device',
  profile: 'serial',
  computerName: 'SHOWROOM-PC-01',
  version: '0.0.0',
  display: 'serial',
};

/** A host whose station fails with this at whatever it is asked for. */
function makeHost(failure?: Error) {
  const posted: FromWorker[] = [];
  const does = async (): Promise<void> => {
    if (failure) throw failure;
  };
  const station = {
    start: async () => undefined,
    showTestCard: does,
    restartDisplay: does,
    showPairingCode: async () => 'KX4T9P',
  } as unknown as StationControls;
  const host = new StationHost({
    post: (message) => posted.push(message),
    serialPorts: () => ({ list: async () => [], watch: () => () => undefined }),
    createStation: () => station,
    equip: async () => ({}) as Awaited<ReturnType<HostParts['equip']>>,
    ownAlone: async () => undefined,
    virtualPort: () => {
      throw new Error('No virtual display here.');
    },
  });
  return { host, posted };
}

describe('what the page asks its worker for', () => {
  it.each<readonly [Error, AskFailure]>([
    [new StationError('not_ready', 'x'), 'not_ready'],
    [new StationError('not_back', 'x'), 'not_back'],
    [new StationError('stopped', 'x'), 'restarted'],
    [new ShowError('display_failed', 3, 'x'), 'not_shown'],
    [new TypeError('x'), 'failed'],
  ])('%o is answered with a closed word: %s', async (error, why) => {
    const { host, posted } = makeHost(error);
    await host.handle(START);
    await host.handle({ kind: 'ask', id: 7, what: 'test_card' });
    expect(posted).toEqual([{ kind: 'answer', id: 7, result: { ok: false, why, sentence: 'x' } }]);
  });

  it('is answered before the station was started, too', async () => {
    const { host, posted } = makeHost();
    await host.handle({ kind: 'ask', id: 1, what: 'restart_display' });
    expect(posted).toMatchObject([{ kind: 'answer', id: 1, result: { ok: false, why: 'not_started' } }]);
    await host.handle(START);
    await host.handle({ kind: 'ask', id: 2, what: 'restart_display' });
    expect(posted.at(-1)).toEqual({ kind: 'answer', id: 2, result: { ok: true } });
    await host.handle({ kind: 'ask', id: 3, what: 'pairing_code' });
    expect(posted.at(-1)).toEqual({ kind: 'answer', id: 3, result: { ok: true, code: 'KX4T9P' } });
  });
});
