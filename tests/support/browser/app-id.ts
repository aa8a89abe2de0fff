import { createHash } from 'node:crypto';

/** As Chrome makes it of a manifest's id: the hash of a key, which is itself the hash of the id. */
export const appId = (manifestId: string): string =>
  createHash('sha256')
    .update(createHash('sha256').update(manifestId).digest())
    .digest('hex')
    .slice(0, 32)
    .replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
