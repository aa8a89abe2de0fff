/**
 * Somebody sends an agent a link to the kiosk that would rename the PC, give it another key or mute its display; a page
 * of the origin looks for the key.
 */
import { beforeEach, expect, it } from 'vitest';
import { forgetKey, keepSetup, provision, readAddress, readSetup } from '../../kiosk/pages/kiosk/data/setup.ts';

const PAGE = 'https://pay.example/kiosk/';
const items = new Map<string, string>();
const storage = {
  getItem: (key: string) => items.get(key) ?? null,
  setItem: (key: string, value: string) => void items.set(key, value),
};
const open = (tail: string) => provision(storage, readAddress(PAGE + tail));

beforeEach(() => {
  items.clear();
  open('?name=DESK-7#enrol=right');
  forgetKey(storage, 'serial');
});

it('the link changes nothing that is kept; the page is told what it would change', () => {
  const before = [...items];
  expect(open('?name=EVIL#enrol=junk')).toEqual({
    setup: { computerName: 'DESK-7' },
    proposal: {
      setup: { computerName: 'EVIL', enrolKey: 'junk' },
      signalPolicy: 'leave',
      changes: [{ kind: 'name', to: 'EVIL' }, { kind: 'key' }],
    },
  });
  expect([...items]).toEqual(before);
  // After a reload without the link nothing is left of it.
  expect(open('')).toEqual({ setup: { computerName: 'DESK-7' } });
});

it.each(['?signals=clear', '?name=DESK-7&signals=clear', '?name=DESK-7#enrol=junk', '#enrol=junk'])(
  'nor does a link with the same name or none: %s',
  (tail) => {
    const before = [...items];
    const { setup, proposal } = open(tail);
    expect(setup).toEqual({ computerName: 'DESK-7' });
    expect(proposal?.changes.map(({ kind }) => kind)).toEqual([tail.includes('signals') ? 'signals' : 'key']);
    expect([...items]).toEqual(before);
  },
);

it('a yes changes name and key, and never joins the new name with an old key', () => {
  keepSetup(storage, 'serial', { computerName: 'DESK-7', enrolKey: 'right' });
  const { proposal } = open('?name=DESK-8');
  expect(proposal?.setup).toEqual({ computerName: 'DESK-8' });
});

it('the enrol key is nowhere in what the browser keeps once the PC is registered', () => {
  keepSetup(storage, 'serial', { computerName: 'DESK-7', enrolKey: 'again' });
  expect(JSON.stringify([...items])).toContain('again');
  forgetKey(storage, 'serial');
  expect(JSON.stringify([...items])).not.toContain('again');
  expect(readSetup(storage, 'serial')).toEqual({ computerName: 'DESK-7' });
});
