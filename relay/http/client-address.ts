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
  const ip = withoutPort(ctx.ip);
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${address
    .toByteArray()
    .slice(0, IPV6_PREFIX_BYTES)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}/64`;
}

/** Some proxies (Azure's, IIS) append the caller's port, which a new connection changes: `8.8.4.1:40000`, `[::1]:5`. */
const withoutPort = (ip: string): string =>
  /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(ip)?.slice(1).find(Boolean) ?? ip;
