/**
 * Where a webhook may go. Who can set a URL could otherwise make the relay call a router's or a cloud's own pages
 * (server-side request forgery), so only public unicast addresses are called unless the operator allows more. The check
 * sits in the connection's own look-up: a name that answers one address when asked and another when called gains
 * nothing.
 */
import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  constructor(address: string) {
    super(
      `${address} is not a public address; set WEBHOOK_ALLOW_PRIVATE=on if the receiver is inside your own network.`,
    );
  }
}

/** True for addresses that the whole internet routes; loopback, private, link-local and the like are not. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  // ::/96 once held IPv4 addresses (RFC 4291, 2.5.5.1); nothing on the internet is there.
  if (parsed instanceof ipaddr.IPv6 && parsed.match(ipaddr.IPv6.parse('::'), 96)) return false;
  // `process` turns an IPv4 address that hides in IPv6 into what it is.
  return ipaddr.process(address).range() === 'unicast';
}

/** A look-up for `http.request` that refuses names with any address that is not public. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      callback(error, '', 0);
      return;
    }
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused) {
      callback(new AddressRefused(refused.address), '', 0);
      return;
    }
    if (options.all === true) {
      (callback as (error: null, addresses: LookupAddress[]) => void)(null, addresses);
      return;
    }
    callback(null, addresses[0].address, addresses[0].family);
  });
};

/** An address written into the URL itself never reaches the look-up. @throws AddressRefused */
export function refusePrivateLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host) && !isPublicAddress(host)) throw new AddressRefused(host);
}
