/**
 * The headers of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, in base64, version
 * `v1`. A receiver checks them with any library of that name.
 */
import { createHmac } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';

/** The specification asks for 24 to 64 bytes. */
const SECRET_BYTES = { least: 24, most: 64 };

/** The key bytes of a `whsec_…` secret, or a sentence saying what is wrong with it. */
export function parseSecret(secret: string): { readonly key: Buffer } | { readonly wrong: string } {
  if (!secret.startsWith(SECRET_PREFIX))
    return { wrong: 'A webhook secret starts with "whsec_", followed by 24 to 64 random bytes in base64.' };
  const encoded = secret.slice(SECRET_PREFIX.length);
  const key = Buffer.from(encoded, 'base64');
  const canonical = key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  if (!canonical || key.length < SECRET_BYTES.least || key.length > SECRET_BYTES.most)
    return { wrong: 'A webhook secret is "whsec_" and 24 to 64 random bytes in base64; this one is not.' };
  return { key };
}

/**
 * Several keys sign at once, so that a secret can be rotated without a receiver missing a message.
 * @param atSeconds Unix time, whole seconds; receivers refuse what is older than a few minutes.
 */
export function signatureHeaders(
  keys: readonly Buffer[],
  id: string,
  atSeconds: number,
  body: string,
): Record<string, string> {
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(atSeconds),
    'webhook-signature': signatures.join(' '),
  };
}
