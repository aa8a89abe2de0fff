/**
 * What the demo page may use: keys made for this run of the relay, for the browser that has the address that was
 * printed.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from './auth.ts';

const TOKEN_BYTES = 24;
const secret = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));

export class DemoKeys {
  /** In the printed address; good once. */
  readonly token = secret();
  readonly app = `demo_app_${secret()}`;
  readonly enrol = `demo_enrol_${secret()}`;
  #isTaken = false;

  /** Whether the caller may have the keys: by the token, once, or because it has them, after a reload of the page. */
  mayHave(presented: string): boolean {
    if (isSame(presented, this.app)) return true;
    if (this.#isTaken || !isSame(presented, this.token)) return false;
    this.#isTaken = true;
    return true;
  }
}
