/**
 * Guesses are counted by address, so the guesser writes itself another one for each: in a header, or out of its own
 * IPv6 network.
 */
import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../relay/http/client-address.ts';
import { readConfig } from '../../relay/config.ts';
import type { Context } from 'koa';
import { onEachStore } from '../support/on-each-store.ts';
import type { RelayApp } from '../support/relay-app.ts';

const TRIES = 60;
/** Wrong admin keys that one address may send in a minute. */
const ALLOWED = 10;

/** Counts are Redis's own and outlive a relay, so each test guesses from addresses of its own. */
let networks = 0;
const network = (): string => `203.0.${++networks}`;

async function guesses(relay: RelayApp, forwarded: (n: number) => string): Promise<number> {
  let looked = 0;
  for (let n = 0; n < TRIES; n++) {
    const { status } = await relay.call('POST', '/admin/login', {
      headers: { 'x-forwarded-for': forwarded(n) },
      body: { key: `guess-number-${n}-of-many` },
    });
    if (status === 401) looked++;
    else expect(status).toBe(429);
  }
  return looked;
}

onEachStore('guesses from forged addresses', (start) => {
  it.each([
    ['1', (n: number, own: string) => `10.9.${n}.1, ${own}`],
    ['on', (n: number, own: string) => `10.9.${n}.1, ${own}`],
    ['2', (n: number, own: string) => `10.9.${n}.1, ${own}, 10.0.0.2`],
    ['2', (n: number, own: string) => `10.9.${n}.1, 10.8.${n}.1, ${own}, 10.0.0.2`],
  ])('TRUST_PROXY=%s: what the caller wrote itself is not looked at', async (TRUST_PROXY, forwarded) => {
    const own = `${network()}.7`;
    expect(await guesses(await start({ TRUST_PROXY }), (n) => forwarded(n, own))).toBe(ALLOWED);
  });

  it('callers of different addresses are counted apart', async () => {
    const own = network();
    expect(await guesses(await start({ TRUST_PROXY: '1' }), (n) => `${own}.${n}`)).toBe(TRIES);
  });

  it('an IPv6 network is one caller', async () => {
    const relay = await start({ TRUST_PROXY: '1' });
    expect(await guesses(relay, (n) => `2001:db8:1:2:${n.toString(16)}::${n + 1}`)).toBe(ALLOWED);
  });

  it('without a proxy the header is nobody’s word', async () => {
    expect(await guesses(await start(), (n) => `10.9.${n}.1`)).toBe(ALLOWED);
  });
});

describe('the address that is counted', () => {
  const of = (ip: string): string => clientAddress({ ip } as Context);

  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['not an address', 'not an address'],
  ])('%s', (ip, counted) => expect(of(ip)).toBe(counted));

  it('is the same for a /64, whatever its spelling, and another for the next', () => {
    expect(of('2001:db8:1:2::1')).toBe(of('2001:0DB8:1:2:ffff::9'));
    expect(of('2001:db8:1:3::1')).not.toBe(of('2001:db8:1:2::1'));
  });
});

it.each(['yes', '11', '-1', '1.5'])('TRUST_PROXY=%s is refused with a sentence', (TRUST_PROXY) =>
  expect(() => readConfig({ TRUST_PROXY })).toThrow(/TRUST_PROXY must be the number of proxies/),
);
