/**
 * The public keys of a sign-in provider (AGENT_JWKS_URL), fetched when they are needed and kept.
 * The last good keys go on while the provider does not answer.
 */
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import { messageOf } from '../../shared/wire/errors.ts';

/** A key that the provider takes back is refused after this time. */
const FRESH_MS = 10 * 60_000;
/**
 * How soon a fetch that failed is repeated, and how soon keys are fetched again for a token that names an unknown one.
 */
const AGAIN_MS = 5_000;
const TIMEOUT_MS = 5_000;

type FindKey = ReturnType<typeof createLocalJWKSet>;

/** No keys can be had, so nothing can be said about a token. `cause` says what the fetch met. */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable';
}

export interface RemoteKeySetOptions {
  readonly url: string;
  /** Milliseconds. */
  readonly now: () => number;
  /** Is told each fetch that failed. */
  readonly onProblem: (cause: unknown) => void;
}

export class RemoteKeySet {
  readonly #options: RemoteKeySetOptions;
  #findKey: FindKey | undefined;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #failure: unknown;
  #fetching: Promise<void> | undefined;

  constructor(options: RemoteKeySetOptions) {
    this.#options = options;
  }

  /** The key that signed this token, in the form that jose's jwtVerify takes. Rejects with KeySetUnavailable. */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<FindKey> => {
    if (this.#options.now() - this.#fetchedAt >= FRESH_MS) await this.#refresh();
    if (!this.#findKey)
      throw new KeySetUnavailable('The keys of agent tokens cannot be had.', { cause: this.#failure });
    try {
      return await this.#findKey(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    // The provider may have a new key since.
    await this.#fetch();
    if (this.#failure !== undefined)
      throw new KeySetUnavailable('The keys of agent tokens cannot be had.', { cause: this.#failure });
    return this.#findKey(header, token);
  };

  /** Agents wait for the first fetch that fails, and not for those after it while there are keys to go on with. */
  async #refresh(): Promise<void> {
    const goesOn = this.#findKey !== undefined && this.#failure !== undefined;
    const fetched = this.#fetch();
    if (!goesOn) await fetched;
  }

  /** Fetches, unless that was done a moment ago; never rejects. */
  #fetch(): Promise<void> {
    if (this.#fetching) return this.#fetching;
    if (this.#options.now() - this.#triedAt < AGAIN_MS) return Promise.resolve();
    this.#triedAt = this.#options.now();
    this.#fetching = this.#load()
      .then(
        (keySet) => {
          this.#findKey = keySet;
          this.#fetchedAt = this.#options.now();
          this.#failure = undefined;
        },
        (error: unknown) => {
          this.#failure = error;
          this.#options.onProblem(error);
        },
      )
      .finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #load(): Promise<FindKey> {
    const response = await fetch(this.#options.url, {
      headers: { accept: 'application/json, application/jwk-set+json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      // fetch says only that it failed; what the network said is in its cause.
      const { cause } = error as { cause?: unknown };
      throw new Error(`The provider did not answer: ${messageOf(cause ?? error)}`, { cause: error });
    });
    if (response.status !== 200) throw new Error(`The provider answered with status ${response.status}.`);
    return createLocalJWKSet((await response.json()) as JSONWebKeySet);
  }
}
