/** Agent tokens for tests: signed with a secret, or by a provider that publishes its keys and can be switched off. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

export const SECRET = 'a-secret-of-at-least-32-characters!';

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/**
 * Claims as given, whatever their types; over in five minutes unless `exp` is given. `exp: undefined` leaves it out.
 */
export function signWithSecret(claims: Record<string, unknown>, secret = SECRET): Promise<string> {
  const payload = JSON.parse(JSON.stringify({ exp: inSeconds(300), ...claims })) as JWTPayload;
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
}

export class Provider {
  /** How it answers: with its keys, with an error of its own, or with something that is no key set. */
  answers: 'keys' | 'error' | 'nonsense' = 'keys';
  asked = 0;
  #names: string[] = [];
  readonly #pairs = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>();
  readonly #server = createServer(
    (_req, res) => void this.#answer().then(([status, text]) => res.writeHead(status).end(text)),
  );

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await provider.publish('first');
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks.json`;
  }

  /** From now on these keys are published, and no others. */
  async publish(...names: string[]): Promise<void> {
    for (const name of names) if (!this.#pairs.has(name)) this.#pairs.set(name, await generateKeyPair('ES256'));
    this.#names = names;
  }

  async sign(claims: JWTPayload, kid = 'first'): Promise<string> {
    if (!this.#pairs.has(kid)) this.#pairs.set(kid, await generateKeyPair('ES256'));
    const { privateKey } = this.#pairs.get(kid) as Awaited<ReturnType<typeof generateKeyPair>>;
    return new SignJWT({ exp: inSeconds(300), ...claims }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
  }

  stop(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(): Promise<[number, string]> {
    this.asked++;
    if (this.answers === 'error') return [500, '{"error":"down"}'];
    if (this.answers === 'nonsense') return [200, '<html>'];
    const keys = this.#names.map(async (kid) => ({
      ...(await exportJWK(this.#pairs.get(kid)!.publicKey)),
      kid,
      alg: 'ES256',
    }));
    return [200, JSON.stringify({ keys: await Promise.all(keys) })];
  }
}
