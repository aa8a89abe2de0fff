import type { Context } from 'koa';
import { expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

it.each([
  ['8.8.4.1', '8.8.4.1'],
  // What a proxy appends may have the caller's port, and each new connection another one.
  ['8.8.4.1:40000', '8.8.4.1'],
  ['::ffff:8.8.4.1', '8.8.4.1'],
  ['[2001:db8::1]:40000', '20010db800000000/64'],
  ['2001:db8::2', '20010db800000000/64'],
  ['unknown', 'unknown'],
])('%s is counted as %s', (ip, counted) => {
  expect(clientAddress({ ip } as Context)).toBe(counted);
});
