import { describe, expect, it } from 'vitest';
import { greeting, type GreetingFacts } from './greeting.ts';

const keys = { app: ['app_1'], enrol: ['enrol_+1'], admin: [{ key: 'admin_1', name: undefined }] };
const text = (more: Partial<GreetingFacts> = {}): string =>
  greeting({
    site: 'http://127.0.0.1:5001',
    demoToken: 'once',
    keys,
    newKeysIn: undefined,
    reader: 'terminal',
    ...more,
  });
const addresses = (more?: Partial<GreetingFacts>): string[] => text(more).match(/http\S+/g) ?? [];
const KIOSK = 'http://127.0.0.1:5001/kiosk/?name=MY-PC';
const VIRTUAL = `${KIOSK}-VIRTUAL&display=virtual`;

describe('the relay’s greeting', () => {
  it.each([
    ['at the first start', { newKeysIn: 'data/keys.json' }],
    ['at the first start, into a file', { newKeysIn: 'data/keys.json', reader: 'file' }],
    ['at each start on a developer’s screen', {}],
  ] as const)('%s has a kiosk’s address that works as it is, and one with a virtual display', (_when, more) => {
    const [, kiosk, virtual] = addresses(more);
    expect([kiosk, virtual]).toEqual([`${KIOSK}#enrol=enrol_%2B1`, `${VIRTUAL}#enrol=enrol_%2B1`]);
  });

  it.each([
    ['into a file', { reader: 'file' }],
    ['into the journal', { reader: 'journal' }],
    ['into the journal at the first start', { reader: 'journal', newKeysIn: 'data/keys.json' }],
    ['without the demo', { demoToken: undefined }],
  ] as const)(
    '%s gives no key away, and the address works all the same: the kiosk then shows a code',
    (_when, more) => {
      expect(addresses(more)).toContain(VIRTUAL);
      expect(text(more)).not.toMatch(/_\+?1|%2B|KEY/);
    },
  );

  it('shows the keys of the first start once, and names the demo only where it is served', () => {
    expect(text({ newKeysIn: 'data/keys.json' })).toMatch(/shown only now[\s\S]*app_1[\s\S]*enrol_\+1[\s\S]*admin_1/);
    expect(text()).not.toContain('app_1');
    expect(text()).toContain('/demo/#token=once');
    expect(text({ reader: 'journal' })).not.toContain('once');
    expect(text({ demoToken: undefined })).not.toContain('/demo/');
  });
});
