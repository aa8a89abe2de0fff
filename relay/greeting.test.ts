import { describe, expect, it } from 'vitest';
import { greeting, type GreetingFacts } from './greeting.ts';
import { keyFile } from './store/key-vault.ts';

const keys = { app: ['app_1'], enrol: ['enrol_+1'], admin: [{ key: 'admin_1', name: undefined }] };
const text = (more: Partial<GreetingFacts> = {}): string =>
  greeting({
    site: 'http://localhost:5001',
    demoToken: 'once',
    keys,
    newKeysIn: undefined,
    reader: 'terminal',
    ...more,
  });
const addresses = (more?: Partial<GreetingFacts>): string[] => text(more).match(/http\S+/g) ?? [];
const VAULT = keyFile('/data');
const KIOSK = 'http://localhost:5001/kiosk/?name=MY-PC';
const VIRTUAL = `${KIOSK}-VIRTUAL&display=virtual`;

describe('the relay’s greeting', () => {
  it.each([
    ['at the first start', { newKeysIn: VAULT }],
    ['at the first start, by npm start that is piped', { newKeysIn: VAULT, reader: 'npm_start' }],
    ['at each start on a developer’s screen', {}],
  ] as const)('%s has a kiosk’s address that works as it is, and one with a virtual display', (_when, more) => {
    const [, kiosk, virtual] = addresses(more);
    expect([kiosk, virtual]).toEqual([`${KIOSK}#enrol=enrol_%2B1`, `${VIRTUAL}#enrol=enrol_%2B1`]);
  });

  it.each([
    ['by npm start that is piped, at a later start', { reader: 'npm_start' }],
    ['into a log', { reader: 'log' }],
    ['into a log at the first start', { reader: 'log', newKeysIn: VAULT }],
    ['into the journal', { reader: 'journal' }],
    ['into the journal at the first start', { reader: 'journal', newKeysIn: VAULT }],
    ['without the demo', { demoToken: undefined }],
  ] as const)(
    '%s gives no key away, and the address works all the same: the kiosk then shows a code',
    (_when, more) => {
      expect(addresses(more)).toContain(VIRTUAL);
      expect(text(more)).not.toMatch(/_\+?1|%2B|KEY/);
    },
  );

  it('shows the keys of the first start once, and names the demo only where it is served', () => {
    expect(text({ newKeysIn: VAULT })).toMatch(/shown only now[\s\S]*app_1[\s\S]*enrol_\+1[\s\S]*admin_1/);
    expect(text()).not.toContain('app_1');
    expect(text()).toContain('/demo/#token=once');
    for (const reader of ['journal', 'log'] as const) expect(text({ reader })).not.toContain('once');
    expect(text({ demoToken: undefined })).not.toContain('/demo/');
  });

  it('says in a log where the keys are, and how to read them in a container', () => {
    const said = text({ reader: 'log', newKeysIn: VAULT });
    expect(said).toContain('kept in /data/keys.json');
    expect(said).toContain('docker compose exec relay cat /data/keys.json');
  });
});
