/**
 * Enrolment without a key: request it, show the code, wait for the admin's verdict. The request is kept, so that a
 * restart shows the same code. After a denial nothing is requested until a person wants it.
 */
import * as v from 'valibot';
import type { Log } from './log.ts';
import { causeOf, type RelayClient } from './relay-client.ts';
import type { Memory, RelayCause, StationIdentity } from './station-types.ts';

const KEY = 'admission';
/** The relay answers earlier, as soon as an admin has decided. */
const WAIT_SECONDS = 20;

const StoredRequestSchema = v.object({ requestId: v.string(), secret: v.string(), code: v.string() });
export type StoredRequest = v.InferOutput<typeof StoredRequestSchema>;

export type Verdict =
  | { readonly kind: 'approved'; readonly request: StoredRequest }
  | { readonly kind: 'not_yet'; readonly cause: RelayCause; readonly text: string };

export class EnrolmentRequest {
  readonly #client: RelayClient;
  readonly #memory: Memory;
  readonly #log: Log;
  readonly #onCode: (code: string | undefined) => void;
  #request: StoredRequest | undefined;
  #isDenied = false;

  /** @param onCode hears the code to show; `undefined`: there is none to show any more */
  constructor(client: RelayClient, memory: Memory, log: Log, onCode: (code: string | undefined) => void) {
    this.#client = client;
    this.#memory = memory;
    this.#log = log;
    this.#onCode = onCode;
  }

  /** A person wants it, or there is a key now. */
  reset(): void {
    this.#isDenied = false;
  }

  /** One step: asks, or waits a while for the verdict. */
  async step(deviceId: string, identity: StationIdentity, signal: AbortSignal): Promise<Verdict> {
    if (this.#isDenied) return { kind: 'not_yet', cause: 'turned_away', text: 'An admin has turned this PC away.' };
    this.#request ??= await this.#load();
    if (!this.#request) return this.#ask(deviceId, identity, signal);
    // The code is shown before the relay is asked, which may take its time.
    this.#onCode(this.#request.code);
    const outcome = await this.#client.enrolment(this.#request, WAIT_SECONDS, signal);
    if (outcome.kind === 'rejected') {
      await this.forget();
      return { kind: 'not_yet', cause: 'awaiting_approval', text: 'The request has run out; asking anew.' };
    }
    if (outcome.kind !== 'ok') return { kind: 'not_yet', cause: causeOf(outcome), text: outcome.text };
    switch (outcome.value.verdict) {
      case 'waiting':
        return { kind: 'not_yet', cause: 'awaiting_approval', text: 'Waiting for an admin to let this PC in.' };
      case 'approved':
        return { kind: 'approved', request: this.#request };
      case 'denied':
        await this.forget();
        this.#isDenied = true;
        this.#log('warn', 'turned_away', 'An admin has turned this PC away.');
        return { kind: 'not_yet', cause: 'turned_away', text: 'An admin has turned this PC away.' };
    }
  }

  /** The request was used, has run out or was refused. */
  async forget(): Promise<void> {
    this.#request = undefined;
    this.#onCode(undefined);
    await this.#memory.delete(KEY).catch(() => undefined);
  }

  async #ask(deviceId: string, identity: StationIdentity, signal: AbortSignal): Promise<Verdict> {
    const outcome = await this.#client.requestEnrolment(deviceId, identity, signal);
    if (outcome.kind !== 'ok') return { kind: 'not_yet', cause: causeOf(outcome), text: outcome.text };
    const { request_id: requestId, secret, code } = outcome.value;
    this.#request = { requestId, secret, code };
    this.#onCode(code);
    this.#log('info', 'asked_to_be_let_in', 'This PC has no key; it waits for an admin to let it in.');
    // Without it a restart shows another code, no worse.
    await this.#memory.set(KEY, this.#request).catch(() => undefined);
    return { kind: 'not_yet', cause: 'awaiting_approval', text: 'Waiting for an admin to let this PC in.' };
  }

  async #load(): Promise<StoredRequest | undefined> {
    const kept = v.safeParse(StoredRequestSchema, await this.#memory.get(KEY).catch(() => undefined));
    return kept.success ? kept.output : undefined;
  }
}
