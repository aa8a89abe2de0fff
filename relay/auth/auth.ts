/**
 * Who is calling. Keys carry roles, a device's token carries its device, an agent's short-lived JWT carries its agent.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../../shared/wire/errors.ts';
import { MAX_TOKEN_CHARS } from '../../shared/wire/device.ts';
import type { Config } from '../config.ts';
import { AgentTokens, type AgentTokensOptions } from './agent-tokens.ts';
import type { Keys } from './keys.ts';
import { adminWords } from '../core/named-key.ts';
import type { Store } from '../store/store.ts';

const ROLES = ['app', 'enrol', 'admin', 'device', 'agent'] as const;
export type Role = (typeof ROLES)[number];

export type Principal =
  | { readonly kind: 'nobody' }
  /** A configured key. `id` is safe to log and to count by. */
  | {
      readonly kind: 'key';
      readonly roles: readonly Role[];
      readonly id: string;
      /** Of an admin. */
      readonly name: string | undefined;
      /** It is LEGACY_API_KEY: a client of the original design. */
      readonly isLegacy: boolean;
    }
  | { readonly kind: 'agent'; readonly agentId: string }
  /** Not a key; perhaps a device's token, which only the device's record can say. */
  | { readonly kind: 'unknown-token'; readonly hash: string };

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'));

interface KnownKey {
  readonly hash: string;
  readonly principal: Extract<Principal, { kind: 'key' }>;
}

/** Tokens seen lately with their hashes, so that a poll costs no hashing. */
const MAX_CACHED = 20_000;
/** A key is named in logs by the first hex digits of its hash. */
const KEY_ID_CHARS = 8;

/** The scheme's name is the same in any case (RFC 9110, section 11.1). */
const BEARER = /^bearer +(\S(?:.*\S)?)\s*$/i;

function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
}

function apiKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

export const credentialOf = (headers: IncomingHttpHeaders): string | undefined =>
  bearerOf(headers) ?? apiKeyOf(headers);

export class Auth {
  readonly #known: readonly KnownKey[];
  readonly #agentTokens: AgentTokens;
  readonly #hashes = new Map<string, string>();
  readonly #store: Pick<Store, 'device'>;

  constructor(keys: Keys, config: Config, store: Pick<Store, 'device'>, agentTokens: AgentTokensOptions) {
    this.#store = store;
    const entries = new Map<string, Role[]>();
    const names = new Map<string, string>();
    const add = (key: string, ...roles: Role[]): void => {
      const hash = sha256(key);
      entries.set(hash, [...(entries.get(hash) ?? []), ...roles]);
    };
    for (const role of ['app', 'enrol'] as const) for (const key of keys[role]) add(key, role);
    for (const { key, name } of keys.admin) {
      add(key, 'admin');
      if (name !== undefined) names.set(sha256(key), name);
    }
    if (config.legacyApiKey !== undefined) add(config.legacyApiKey, ...ROLES);
    const legacyHash = config.legacyApiKey === undefined ? undefined : sha256(config.legacyApiKey);
    this.#known = [...entries].map(([hash, roles]) => ({
      hash,
      principal: {
        kind: 'key',
        roles,
        id: hash.slice(0, KEY_ID_CHARS),
        name: names.get(hash),
        isLegacy: hash === legacyHash,
      },
    }));
    this.#agentTokens = new AgentTokens(config, agentTokens);
  }

  /** Hash of a token, remembered, because the same few thousand come every two seconds. */
  hashOf(token: string): string {
    const cached = this.#hashes.get(token);
    if (cached !== undefined) return cached;
    const hash = sha256(token);
    if (token.length > MAX_TOKEN_CHARS) return hash;
    if (this.#hashes.size >= MAX_CACHED) this.#hashes.clear();
    this.#hashes.set(token, hash);
    return hash;
  }

  /** Compares with every key, so that the time says nothing about which one came close. */
  key(token: string): Extract<Principal, { kind: 'key' }> | undefined {
    const hash = sha256(token);
    let found: KnownKey | undefined;
    for (const known of this.#known) if (isSame(known.hash, hash)) found = known;
    return found?.principal;
  }

  /** A display that registers again may send an enrol key in one header and its own token in the other. */
  keyAndToken(headers: IncomingHttpHeaders): {
    readonly key: Extract<Principal, { kind: 'key' }> | undefined;
    readonly token: string | undefined;
  } {
    const sent = [bearerOf(headers), apiKeyOf(headers)].filter((one) => one !== undefined);
    const keys = sent.map((one) => this.key(one));
    return { key: keys.find((one) => one !== undefined), token: sent.find((_one, index) => !keys[index]) };
  }

  async principal(headers: IncomingHttpHeaders): Promise<Principal> {
    const token = credentialOf(headers);
    if (token === undefined) return { kind: 'nobody' };
    const key = this.key(token);
    if (key) return key;
    if (this.#agentTokens.takes(token)) return { kind: 'agent', agentId: await this.#agentTokens.agentOf(token) };
    return { kind: 'unknown-token', hash: this.hashOf(token) };
  }

  /** The caller, if it has one of these roles. */
  async need(headers: IncomingHttpHeaders, roles: readonly Role[]): Promise<Caller> {
    const principal = await this.principal(headers);
    switch (principal.kind) {
      case 'nobody':
        throw new ApiError('unauthorized', 'Send a key as "X-API-Key: <key>" or "Authorization: Bearer <key>".');
      case 'unknown-token':
        throw new ApiError('unauthorized', 'This key is not known here.');
      case 'agent':
        if (roles.includes('agent'))
          return {
            role: 'agent',
            agentId: principal.agentId,
            id: `agent ${principal.agentId}`,
            by: 'agent',
            isLegacy: false,
          };
        break;
      case 'key': {
        const role = roles.find((wanted) => principal.roles.includes(wanted));
        if (role !== undefined) {
          const by = role === 'admin' ? adminWords(principal.name) : role;
          return { role, agentId: undefined, id: principal.id, by, isLegacy: principal.isLegacy };
        }
        break;
      }
    }
    throw new ApiError('forbidden', `This key may not do that; it takes the role ${roles.join(' or ')}.`);
  }

  /**
   * Lets the device itself pass, and nobody else. Resolves at once while the store knows the device at once.
   * An unknown device is told so whatever its token, because that is how a kiosk learns to register again.
   */
  device(headers: IncomingHttpHeaders, deviceId: string): void | Promise<void> {
    const token = credentialOf(headers);
    if (token === undefined)
      throw new ApiError('unauthorized', 'Send the device token as "Authorization: Bearer <token>".');
    const device = this.#store.device(deviceId);
    return device instanceof Promise
      ? device.then((known) => this.#checkDevice(token, deviceId, known?.tokenHash))
      : this.#checkDevice(token, deviceId, device?.tokenHash);
  }

  #checkDevice(token: string, deviceId: string, tokenHash: string | null | undefined): void {
    if (tokenHash != null && isSame(tokenHash, this.hashOf(token))) return;
    // Before the key is looked at: otherwise the answer would say whether a guessed key is right.
    if (tokenHash === undefined)
      throw new ApiError('unknown_device', `No display with the id ${deviceId} is registered; register it first.`);
    const key = this.key(token);
    if (key && !key.roles.includes('device'))
      throw new ApiError('forbidden', 'This call takes the token that the display got when it registered.');
    if (!key) throw new ApiError('unauthorized', 'This is not the token of this display.');
  }
}

export interface Caller {
  readonly role: Role;
  /** Set when the caller may speak for this agent only. */
  readonly agentId: string | undefined;
  /** Safe to log and to count by. */
  readonly id: string;
  /** As the audit names it: its role, and the name of an admin that has one. */
  readonly by: string;
  /** It came with LEGACY_API_KEY, so that its calls are taken as version 0.1 took them. */
  readonly isLegacy: boolean;
}
