/** By what callers without credentials are counted. */
import ipaddr from 'ipaddr.js';
import type { Context } from 'koa';

/**
 * A home or an office gets a whole /64 of IPv6, so one machine in it has more addresses than could be counted. RFC
 * 6177.
 */
const IPV6_PREFIX_BYTES = 8;

/**
 * The caller's IPv4 address, or the first 64 bits of its IPv6 address. Behind proxies Koa takes it from
 * `X-Forwarded-For`, counted from the right by TRUST_PROXY: what stands further left, a caller may have written itself.
 */
export function clientAddress(ctx: Context): string {
  if (!ipaddr.isValid(ctx.ip)) return ctx.ip;
  const address = ipaddr.process(ctx.ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${address
    .toByteArray()
    .slice(0, IPV6_PREFIX_BYTES)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}/64`;
}
