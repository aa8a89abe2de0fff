import { beforeEach, describe, expect, it } from 'vitest';
import { profileOf, provision, readAddress, readSetup, setupNews, signalPolicyOf, withoutFragment } from './setup.ts';

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

  it('goes without a key, to be let in by IT, and takes one that comes later', () => {
    expect(open('?name=SHOWROOM-PC-01')).toEqual({ computerName: 'SHOWROOM-PC-01' });
    expect(open('')).toEqual({ computerName: 'SHOWROOM-PC-01' });
    expect(open('#enrol=secret')).toEqual({ computerName: 'SHOWROOM-PC-01', enrolKey: 'secret' });
  });

  it('lets a new link replace the kept key, and only asks when it has another name', () => {
    open('?name=A#enrol=old');
    expect(open('?name=A#enrol=new')?.enrolKey).toBe('new');
    expect(openPage('?name=B')).toEqual({
      setup: { computerName: 'A', enrolKey: 'new' },
      proposal: { computerName: 'B' },
    });
    expect(openPage('')).toEqual({ setup: { computerName: 'A', enrolKey: 'new' } });
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
  const asked = (tail: string) => signalPolicyOf(storage, readAddress(PAGE + tail));

  it('are left alone unless the address ever said otherwise', () => {
    expect(asked('')).toBeUndefined();
    expect(asked('?signals=nonsense')).toBeUndefined();
    expect(asked('?signals=assert')).toBe('assert');
    expect(asked('')).toBe('assert');
    expect(asked('?signals=leave')).toBe('leave');
  });
});
