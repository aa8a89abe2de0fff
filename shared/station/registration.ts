/** Who this station is: a device id for good, and the token that goes with it. Registers, and again when the relay has forgotten. */
import * as v from 'valibot';
import type { RegisterAnswer } from '../schemas.ts';
import type { Log } from './log.ts';
import type { Credentials, Outcome, RelayClient } from './relay-client.ts';
import type { Memory, RelayCause, StationIdentity } from './station.ts';

const KEY = 'identity';

const Kept = v.object({
  deviceId: v.string(),
  deviceToken: v.optional(v.string()),
  /** Of the program that registered. */
  version: v.optional(v.string()),
});

/** What a device was registered with, for calls that are not the station's own. Undefined before the first registration. */
export async function keptCredentials(memory: Memory): Promise<Credentials | undefined> {
  const kept = v.safeParse(Kept, await memory.get(KEY));
  return kept.success && kept.output.deviceToken !== undefined ? kept.output : undefined;
}

export class Registration {
  readonly #client: RelayClient;
  readonly #memory: Memory;
  readonly #log: Log;
  readonly #random: () => number;
  #identity: StationIdentity;
  #deviceId = '';
  #deviceToken: string | undefined;
  #toldVersion: string | undefined;

  constructor(client: RelayClient, memory: Memory, log: Log, random: () => number, identity: StationIdentity) {
    this.#client = client;
    this.#memory = memory;
    this.#log = log;
    this.#random = random;
    this.#identity = identity;
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

  async load(): Promise<void> {
    const kept = v.safeParse(Kept, await this.#memory.get(KEY).catch(() => undefined));
    if (kept.success) {
      this.#deviceId = kept.output.deviceId;
      this.#deviceToken = kept.output.deviceToken;
      this.#toldVersion = kept.output.version;
      return;
    }
    this.#deviceId = `device_${safeName(this.#identity.computerName)}_${hex6(this.#random)}`;
    await this.#keep();
  }

  provision(news: { readonly computerName?: string | undefined; readonly enrolKey?: string | undefined }): void {
    this.#identity = {
      ...this.#identity,
      ...(news.computerName === undefined ? {} : { computerName: news.computerName }),
      ...(news.enrolKey === undefined ? {} : { enrolKey: news.enrolKey }),
    };
  }

  /** The relay does not know our token (any more). The id stays. */
  async register(signal: AbortSignal): Promise<{ readonly cause?: RelayCause; readonly text: string }> {
    if (this.#identity.enrolKey === undefined)
      return { cause: this.registered ? 'key_refused' : 'not_provisioned', text: 'There is no enrolment key.' };
    const outcome = await this.#client.register(this.credentials, this.#identity, signal);
    if (outcome.kind !== 'ok') return { cause: causeOf(outcome), text: outcome.text };
    await this.#take(outcome.value);
    this.#log('info', 'registered', `Registered as ${this.#deviceId}.`);
    return { text: 'Registered.' };
  }

  /**
   * After an update the relay still shows the version before; its own token is all that a known device needs to put that right. Not
   * worth a word to anybody when it fails: the next time that the relay answers, it is tried again.
   */
  async tellVersion(signal: AbortSignal): Promise<void> {
    const { version } = this.#identity;
    if (this.#deviceToken === undefined || this.#toldVersion === version) return;
    const before = this.#toldVersion;
    this.#toldVersion = version;
    const own = { ...this.#identity, enrolKey: this.#deviceToken };
    const outcome = await this.#client.register(this.credentials, own, signal);
    if (outcome.kind === 'ok') await this.#take(outcome.value);
    else this.#toldVersion = before;
  }

  async #take({ device_id, device_token }: v.InferOutput<typeof RegisterAnswer>): Promise<void> {
    this.#deviceToken = device_token;
    this.#deviceId = device_id;
    this.#toldVersion = this.#identity.version;
    await this.#keep();
  }

  async #keep(): Promise<void> {
    const kept = {
      deviceId: this.#deviceId,
      ...(this.#deviceToken === undefined ? {} : { deviceToken: this.#deviceToken }),
      ...(this.#toldVersion === undefined ? {} : { version: this.#toldVersion }),
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

export function causeOf(fault: Exclude<Outcome<unknown>, { readonly kind: 'ok' }>): RelayCause {
  switch (fault.kind) {
    case 'no_answer':
      return 'no_answer';
    case 'refused':
    case 'unknown_device':
      return 'key_refused';
    case 'device_exists':
      return 'device_exists';
    case 'relay_error':
    case 'rejected':
      return 'relay_error';
  }
}

/** Device ids go into addresses, logs and file names. */
const safeName = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 64) || 'PC';

const hex6 = (random: () => number): string =>
  Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0');
