/** One POST of a signed message. Follows no redirect, reads no body, never waits longer than its deadline. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { anySignal } from '../../shared/util/any-signal.ts';
import { publicLookup, refusePrivateLiteral } from './ssrf-guard.ts';

/** The specification's advice: 15 to 30 s. */
const DEADLINE_MS = 15_000;

export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
}

/** The answer's status. Rejects when none came or the address is refused (AddressRefused). */
export async function send(outgoing: Outgoing): Promise<number> {
  const target = new URL(outgoing.url);
  if (!outgoing.allowPrivate) refusePrivateLiteral(target);
  // The owner's signal lives as long as the relay, and nothing may stay on it.
  return anySignal([outgoing.signal, AbortSignal.timeout(DEADLINE_MS)], (signal) =>
    post(target, { ...outgoing, signal }),
  );
}

function post(target: URL, { headers, body, allowPrivate, signal }: Outgoing): Promise<number> {
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      target,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        signal,
        agent: false,
        ...(allowPrivate ? {} : { lookup: publicLookup }),
      },
      (answer) => {
        answer.destroy();
        resolve(answer.statusCode ?? 0);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
