/**
 * Who this station is: a device id for good, and the token that goes with it. Registers, and again when the relay has
 * forgotten.
 */
import * as v from 'valibot';
import type { RegisterAnswer } from '../wire/device.ts';
import type { EnrolmentRequest } from './enrolment-request.ts';
import type { Log } from './log.ts';
import { causeOf, type Approval, type Credentials, type Outcome, type RelayClient } from './relay-client.ts';
import type { Memory, RelayCause, StationIdentity } from './station-types.ts';

const KEY = 'identity';
const TOKEN_BYTES = 32;

const StoredIdentity = v.object({
  deviceId: v.string(),
  deviceToken: v.optional(v.string()),
  /** Asked for, and perhaps given: the answer is not there yet. */
  newToken: v.optional(v.string()),
  /** Of the program that registered, and what it ran on. */
  version: v.optional(v.string()),
  system: v.optional(v.string()),
});

/**
 * What a device was registered with, for calls that are not the station's own. Undefined before the first registration.
 */
export async function keptCredentials(memory: Memory): Promise<Credentials | undefined> {
  const kept = v.safeParse(StoredIdentity, await memory.get(KEY));
  return kept.success && kept.output.deviceToken !== undefined ? kept.output : undefined;
}

/** Every token that may stand in what the station keeps under this key, for code that must not write one down. */
export function tokensIn(key: string, value: unknown): readonly string[] {
  const kept = v.safeParse(StoredIdentity, key === KEY ? value : undefined);
  if (!kept.success) return [];
  return [kept.output.deviceToken, kept.output.newToken].filter((token) => token !== undefined);
}

export class Registration {
  readonly #client: RelayClient;
  readonly #memory: Memory;
  readonly #log: Log;
  readonly #random: () => number;
  readonly #enrolment: EnrolmentRequest;
  #identity: StationIdentity;
  #deviceId = '';
  #deviceToken: string | undefined;
  #newToken: string | undefined;
  /** The relay may have given the new token already: it was asked for, and no answer came. */
  #maybeRegistered = false;
  #sentVersion: string | undefined;
  #sentSystem: string | undefined;

  constructor(
    client: RelayClient,
    memory: Memory,
    log: Log,
    random: () => number,
    identity: StationIdentity,
    enrolment: EnrolmentRequest,
  ) {
    this.#client = client;
    this.#memory = memory;
    this.#log = log;
    this.#random = random;
    this.#identity = identity;
    this.#enrolment = enrolment;
  }

  get identity(): StationIdentity {
    return this.#identity;
  }

  get credentials(): Credentials {
    return { deviceId: this.#deviceId, deviceToken: this.#deviceToken };
  }

  /** Has a token, so that polling makes sense. */
  get registered(): boolean {
    return this.#deviceToken !== undefined;
  }

  get hasKey(): boolean {
    return this.#identity.enrolKey !== undefined;
  }

  /** Has a key, or may request enrolment without one. */
  get mayRegister(): boolean {
    return this.hasKey || this.#identity.requestsEnrolment === true;
  }

  async load(): Promise<void> {
    const kept = v.safeParse(StoredIdentity, await this.#memory.get(KEY).catch(() => undefined));
    if (kept.success) {
      this.#deviceId = kept.output.deviceId;
      this.#deviceToken = kept.output.deviceToken;
      this.#newToken = kept.output.newToken;
      this.#maybeRegistered = this.#newToken !== undefined;
      this.#sentVersion = kept.output.version;
      this.#sentSystem = kept.output.system;
      return;
    }
    this.#deviceId = `device_${safeName(this.#identity.computerName)}_${hex6(this.#random)}`;
    await this.#save();
  }

  /** An empty key takes the key away. */
  provision(news: { readonly computerName?: string | undefined; readonly enrolKey?: string | undefined }): void {
    this.#enrolment.reset();
    this.#identity = {
      ...this.#identity,
      ...(news.computerName === undefined ? {} : { computerName: news.computerName }),
    };
    if (news.enrolKey === undefined) return;
    const { enrolKey: _before, ...keyless } = this.#identity;
    this.#identity = news.enrolKey === '' ? keyless : { ...keyless, enrolKey: news.enrolKey };
  }

  /** The relay does not know our token (any more). The id stays. */
  async register(signal: AbortSignal): Promise<{ readonly cause?: RelayCause; readonly text: string }> {
    if (!this.mayRegister)
      return { cause: this.registered ? 'key_refused' : 'not_provisioned', text: 'There is no enrolment key.' };
    if (this.#identity.enrolKey !== undefined) {
      const answer = await this.#registerWith(undefined, signal);
      // A key is not enough for a name that another display has; once that one is gone, it is.
      if (answer.cause !== 'name_taken' || this.#identity.requestsEnrolment !== true) return answer;
    }
    const known = await this.#checkMaybeRegistered(signal);
    if (known) return known;
    const verdict = await this.#enrolment.step(this.#deviceId, this.#identity, signal);
    return verdict.kind === 'approved' ? this.#registerWith(verdict.request, signal) : verdict;
  }

  async #registerWith(
    approval: Approval | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly cause?: RelayCause; readonly text: string }> {
    const newToken = await this.#tokenToAskFor();
    const outcome = await this.#client.register(this.credentials, this.#identity, signal, { approval, newToken });
    // Used, or refused with this secret; and with a key nobody need be waited for.
    if (outcome.kind === 'ok' || (approval && outcome.kind === 'refused')) await this.#enrolment.forget();
    if (outcome.kind !== 'ok') {
      this.#maybeRegistered = isOpen(outcome);
      return { cause: causeOf(outcome), text: outcome.text };
    }
    return this.#registered(outcome.value);
  }

  /**
   * An approval is good once. When the answer to it was lost, the token that was asked for may be this display's
   * already, and is then all that the relay wants; a second request would need a second word of an admin.
   * @returns `undefined` when it is not in, or has no reason to think so
   */
  async #checkMaybeRegistered(
    signal: AbortSignal,
  ): Promise<{ readonly cause?: RelayCause; readonly text: string } | undefined> {
    if (!this.#maybeRegistered || this.#newToken === undefined) return undefined;
    const credentials = { deviceId: this.#deviceId, deviceToken: this.#newToken };
    const own = { ...this.#identity, enrolKey: this.#newToken };
    const outcome = await this.#client.register(credentials, own, signal);
    if (outcome.kind === 'ok') {
      await this.#enrolment.forget();
      return this.#registered(outcome.value);
    }
    if (isOpen(outcome)) return { cause: causeOf(outcome), text: outcome.text };
    this.#maybeRegistered = false;
    return undefined;
  }

  async #registered(answer: v.InferOutput<typeof RegisterAnswer>): Promise<{ readonly text: string }> {
    await this.#take(answer);
    this.#log('info', 'registered', `Registered as ${this.#deviceId}.`);
    return { text: 'Registered.' };
  }

  /**
   * Kept before it is sent: when the relay takes a display in and its answer is lost, a display that does not know its
   * token is a stranger there for good, and only an admin could help.
   */
  async #tokenToAskFor(): Promise<string> {
    if (this.#newToken === undefined) {
      this.#newToken = madeToken();
      await this.#save();
    }
    return this.#newToken;
  }

  /**
   * After an update, of the browser too, the relay still shows the version before; its own token is all that a known
   * device needs to put that right. Not worth a word to anybody when it fails: the next time that the relay answers, it
   * is tried again.
   */
  async sendVersion(signal: AbortSignal): Promise<void> {
    const { system, version } = this.#identity;
    if (this.#deviceToken === undefined) return;
    if (this.#sentVersion === version && this.#sentSystem === system) return;
    const before = { version: this.#sentVersion, system: this.#sentSystem };
    this.#sentVersion = version;
    this.#sentSystem = system;
    const own = { ...this.#identity, enrolKey: this.#deviceToken };
    const outcome = await this.#client.register(this.credentials, own, signal);
    if (outcome.kind === 'ok') await this.#take(outcome.value);
    else {
      this.#sentVersion = before.version;
      this.#sentSystem = before.system;
    }
  }

  async #take({ device_id, device_token }: v.InferOutput<typeof RegisterAnswer>): Promise<void> {
    this.#deviceToken = device_token;
    this.#newToken = undefined;
    this.#maybeRegistered = false;
    this.#deviceId = device_id;
    this.#sentVersion = this.#identity.version;
    this.#sentSystem = this.#identity.system;
    await this.#save();
  }

  async #save(): Promise<void> {
    const kept = {
      deviceId: this.#deviceId,
      ...(this.#deviceToken === undefined ? {} : { deviceToken: this.#deviceToken }),
      ...(this.#newToken === undefined ? {} : { newToken: this.#newToken }),
      ...(this.#sentVersion === undefined ? {} : { version: this.#sentVersion }),
      ...(this.#sentSystem === undefined ? {} : { system: this.#sentSystem }),
    };
    await this.#memory.set(KEY, kept).catch(() => {
      this.#log(
        'error',
        'memory_failed',
        'The device id could not be kept; after a restart this PC will be a new device.',
      );
    });
  }
}

/** What the relay did with the call is not known. */
const isOpen = ({ kind }: Outcome<unknown>): boolean => kind === 'no_answer' || kind === 'relay_error';

/** Device ids go into addresses, logs and file names. */
const safeName = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 64) || 'PC';

const hex6 = (random: () => number): string =>
  Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0');

/** A secret, so never from a source that can be foreseen. */
const madeToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
