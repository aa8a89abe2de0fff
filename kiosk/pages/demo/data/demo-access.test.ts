import { beforeEach, expect, it } from 'vitest';
import { demoKeys, demoName, takeToken } from './demo-access.ts';
import { RelayRefusal, type DemoKeys } from './relay-api.ts';

const KEYS: DemoKeys = { app_key: 'demo_app', enrol_key: 'demo_enrol' };
const items = new Map<string, string>();
const storage = {
  getItem: (key: string) => items.get(key) ?? null,
  setItem: (key: string, value: string) => void items.set(key, value),
};
/** A relay that knows these bearers. */
const relay =
  (...good: string[]) =>
  async (bearer: string): Promise<DemoKeys> => {
    if (!good.includes(bearer)) throw new RelayRefusal('unauthorized', 'no');
    return KEYS;
  };

beforeEach(() => items.clear());

it('takes the token out of the address', () => {
  const seen: string[] = [];
  expect(takeToken({ href: 'http://localhost:5001/demo/#token=abc' }, (href) => seen.push(href))).toBe('abc');
  expect(seen).toEqual(['http://localhost:5001/demo/']);
  expect(takeToken({ href: 'http://localhost:5001/demo/' }, (href) => seen.push(href))).toBeUndefined();
  expect(seen).toHaveLength(1);
});

it('has its keys by the token, after a reload without it, and by the token of the relay’s next start', async () => {
  expect(await demoKeys('', 'abc', storage, relay('abc'))).toEqual(KEYS);
  expect(await demoKeys('', undefined, storage, relay('demo_app'))).toEqual(KEYS);
  await expect(demoKeys('', undefined, storage, relay('next'))).rejects.toThrow('no');
  expect(await demoKeys('', 'next', storage, relay('next'))).toEqual(KEYS);
});

it('without either says which address to open', async () => {
  await expect(demoKeys('', undefined, storage, relay())).rejects.toThrow(/address that the relay printed/);
});

it('has a name of its own in each browser, and keeps it', () => {
  expect(demoName(storage, () => 0.5)).toBe('DEMO-COUNTER-8000');
  expect(demoName(storage, () => 0)).toBe('DEMO-COUNTER-8000');
});
