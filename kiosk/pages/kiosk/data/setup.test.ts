import { beforeEach, describe, expect, it } from 'vitest';
import {
  isOnlyKey,
  keepSetup,
  keepSignalPolicy,
  profileOf,
  provision,
  readAddress,
  readSetup,
  readSignalPolicy,
  setupNews,
  withoutFragment,
} from './setup.ts';

const PAGE = 'https://pay.example/kiosk/';

function memoryStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

let storage: ReturnType<typeof memoryStorage>;
beforeEach(() => (storage = memoryStorage()));
const openPage = (tail: string) => provision(storage, readAddress(PAGE + tail));
const open = (tail: string) => openPage(tail).setup;

describe('provisioning', () => {
  it('takes name and key from the address once, and keeps them', () => {
    expect(open('?name=SHOWROOM-PC-01#enrol=secret')).toEqual({ computerName: 'SHOWROOM-PC-01', enrolKey: 'secret' });
    expect(open('')).toEqual({ computerName: 'SHOWROOM-PC-01', enrolKey: 'secret' });
  });

  it('takes the key out of the address and leaves the rest', () => {
    expect(withoutFragment(`${PAGE}?name=A#enrol=secret`)).toBe(`${PAGE}?name=A`);
  });

  it('knows nothing without a name', () => {
    expect(open('#enrol=secret')).toBeUndefined();
    expect(open('')).toBeUndefined();
  });

  it('goes without a key, to be let in by IT, and asks about one that comes later', () => {
    expect(open('?name=SHOWROOM-PC-01')).toEqual({ computerName: 'SHOWROOM-PC-01' });
    expect(open('')).toEqual({ computerName: 'SHOWROOM-PC-01' });
    expect(openPage('#enrol=secret')).toEqual({
      setup: { computerName: 'SHOWROOM-PC-01' },
      proposal: {
        setup: { computerName: 'SHOWROOM-PC-01', enrolKey: 'secret' },
        signalPolicy: 'leave',
        changes: [{ kind: 'key' }],
      },
    });
    expect(open('')).toEqual({ computerName: 'SHOWROOM-PC-01' });
  });

  it('asks before another key or another name replaces what is kept', () => {
    open('?name=A#enrol=old');
    const { setup, proposal } = openPage('?name=A#enrol=new');
    expect(setup).toEqual({ computerName: 'A', enrolKey: 'old' });
    expect(proposal?.setup).toEqual({ computerName: 'A', enrolKey: 'new' });
    expect(proposal && isOnlyKey(proposal)).toBe(true);
    const renamed = openPage('?name=B');
    expect(renamed.setup).toEqual({ computerName: 'A', enrolKey: 'old' });
    expect(renamed.proposal).toMatchObject({ setup: { computerName: 'B' }, changes: [{ kind: 'name', to: 'B' }] });
    expect(renamed.proposal && isOnlyKey(renamed.proposal)).toBe(false);
    expect(openPage('')).toEqual({ setup: { computerName: 'A', enrolKey: 'old' } });
  });

  it('asks nothing when the link says what is kept', () => {
    open('?name=A&signals=assert#enrol=k');
    expect(openPage('?name=A&signals=assert#enrol=k')).toEqual({ setup: { computerName: 'A', enrolKey: 'k' } });
  });

  it('reads keys with signs that an address must escape', () => {
    expect(readAddress(`${PAGE}?name=A#enrol=${encodeURIComponent('a+b/c&d=')}`).enrolKey).toBe('a+b/c&d=');
  });

  it('never mixes a virtual display with the real one', () => {
    open('?name=REAL#enrol=k');
    expect(open('?display=virtual')).toBeUndefined();
    expect(profileOf(readAddress(`${PAGE}?name=A&display=virtual`))).not.toBe(
      profileOf(readAddress(`${PAGE}?name=B&display=virtual`)),
    );
    expect(profileOf(readAddress(`${PAGE}?name=A`))).toBe(profileOf(readAddress(PAGE)));
  });

  it('takes damaged storage for nothing kept, not for an error', () => {
    storage.setItem('counterqr.setup.serial', '{"computerName": 7');
    expect(readSetup(storage, 'serial')).toBeUndefined();
    storage.setItem('counterqr.setup.serial', '{"computerName": 7, "enrolKey": "k"}');
    expect(readSetup(storage, 'serial')).toBeUndefined();
  });

  it('hears what another tab was told, and nothing that is meant for others', () => {
    open('?name=SHOWROOM-PC-01#enrol=secret');
    const news = (key: string | null) => setupNews({ key }, storage, 'serial');
    expect(news('counterqr.setup.serial')).toEqual({ computerName: 'SHOWROOM-PC-01', enrolKey: 'secret' });
    expect(news('counterqr.setup.virtual-display')).toBeUndefined();
    expect(news(null)).toBeUndefined();
  });

  it('ignores a speed that no port has', () => {
    expect(readAddress(`${PAGE}?display=virtual&baud=115200`).virtualBaudRate).toBe(115_200);
    expect(readAddress(`${PAGE}?display=virtual&baud=-1`)).not.toHaveProperty('virtualBaudRate');
    expect(readAddress(`${PAGE}?display=virtual&baud=fast`)).not.toHaveProperty('virtualBaudRate');
  });
});

describe('the modem lines', () => {
  const kept = (tail: string) => {
    openPage(tail);
    return readSignalPolicy(storage, 'serial');
  };

  it('are set by the link that sets the PC up, and left alone by nonsense', () => {
    expect(kept('?signals=assert')).toBeUndefined();
    expect(kept('?name=A&signals=nonsense')).toBeUndefined();
    storage = memoryStorage();
    expect(kept('?name=A&signals=assert')).toBe('assert');
    expect(kept('')).toBe('assert');
  });

  it('of a PC that is set up are changed by nobody but who says yes', () => {
    open('?name=A#enrol=k');
    const { setup, proposal } = openPage('?signals=clear');
    expect(readSignalPolicy(storage, 'serial')).toBeUndefined();
    expect(proposal).toEqual({
      setup,
      signalPolicy: 'clear',
      changes: [{ kind: 'signals', from: 'leave', to: 'clear' }],
    });
    if (!proposal) return;
    expect(isOnlyKey(proposal)).toBe(false);
    keepSetup(storage, 'serial', proposal.setup);
    keepSignalPolicy(storage, 'serial', proposal.signalPolicy);
    expect(openPage('?signals=clear')).toEqual({ setup });
    expect(openPage('?signals=leave').proposal?.changes).toEqual([{ kind: 'signals', from: 'clear', to: 'leave' }]);
  });
});
