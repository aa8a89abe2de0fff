import { expect, it } from 'vitest';
import { shown, storeAddress } from './store-address.ts';

it.each([
  ['redis://host:6379', { kind: 'redis', url: 'redis://host:6379' }],
  ['rediss://u:p@host/2', { kind: 'redis', url: 'rediss://u:p@host/2' }],
  [
    'redis+sentinel://a:1,b:2/counter',
    {
      sentinels: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
      name: 'counter',
    },
  ],
  ['redis+sentinel://a,b,c/counter', { sentinels: ['a', 'b', 'c'].map((host) => ({ host, port: 26_379 })) }],
  [
    'redis+sentinel://[::1]:5,10.0.0.1/x',
    {
      sentinels: [
        { host: '::1', port: 5 },
        { host: '10.0.0.1', port: 26_379 },
      ],
    },
  ],
  ['redis+sentinel://u%40x:p%2Fq@a:1/x', { username: 'u@x', password: 'p/q', sentinels: [{ host: 'a', port: 1 }] }],
  ['redis+sentinel://:secret@a:1/x', { password: 'secret', name: 'x' }],
])('%s is understood', (text, address) => {
  expect(storeAddress(text)).toMatchObject(address);
});

it.each([
  '',
  'redis',
  'mysql://x',
  'redis+sentinel://a:1',
  'redis+sentinel:///x',
  'redis+sentinel://a:1,/x',
  'redis+sentinel://a:99999/x',
  'redis+sentinel://a:0/x',
])('“%s” is neither form', (text) => {
  expect(storeAddress(text)).toBeUndefined();
});

it('is shown without what is secret in it', () => {
  expect(shown('redis://user:secret@host:6379/2')).toBe('redis://host:6379/2');
  for (const half of ['redis://user:12345/s3cretPW@host:1', 'redis://s3cretPW?x@host:1'])
    expect(shown(half)).toBe('redis://…');
  expect(shown('redis+sentinel://user:secret@a,b:2/x')).toBe('redis+sentinel://a:26379,b:2/x');
});
