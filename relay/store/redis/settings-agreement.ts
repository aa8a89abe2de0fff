/**
 * Relays of one store whose settings differ serve the same display in two ways. So each tells the others digests of its
 * settings, in one hash, for as long as it lives; and each looks at those of the others.
 */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { SettingsDifference } from '../../notices.ts';
import { differing, type Digests } from '../../shared-settings.ts';
import type { Connection } from './connection.ts';
import type { RedisKeys } from './keys.ts';

const EVERY_MS = 5_000;
/** A relay that has not said for so long that it lives is gone. */
const LEASE_MS = 20_000;

const Entry = v.object({ until: v.number(), name: v.string(), settings: v.record(v.string(), v.string()) });
type Entry = v.InferOutput<typeof Entry>;

export interface AgreementOptions {
  /** Of this relay, for people. */
  readonly name: string;
  readonly settings: Digests;
  readonly now: () => number;
  /** The settings differ, differ otherwise than before, or (`undefined`) are alike again. */
  readonly onChange: (difference: SettingsDifference | undefined) => void;
}

export class SettingsAgreement {
  readonly #connection: Pick<Connection, 'client' | 'isReady'>;
  readonly #key: string;
  readonly #options: AgreementOptions;
  readonly #id = randomUUID();
  #last = '';
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(
    connection: Pick<Connection, 'client' | 'isReady'>,
    { relays }: Pick<RedisKeys, 'relays'>,
    options: AgreementOptions,
  ) {
    this.#connection = connection;
    this.#key = relays;
    this.#options = options;
  }

  /** Rejects when the first look fails; it goes on all the same. */
  async start(): Promise<void> {
    const first = this.#look();
    this.#timer = setInterval(() => {
      // While Redis is away there is nobody to agree with; the next time comes soon.
      if (this.#connection.isReady) this.#looking = this.#look().catch(() => undefined);
    }, EVERY_MS);
    await first;
  }

  async #look(): Promise<void> {
    const { name, settings, now } = this.#options;
    const { client } = this.#connection;
    const mine: Entry = { until: now() + LEASE_MS, name, settings };
    await client.hSet(this.#key, this.#id, JSON.stringify(mine));
    const others: Entry[] = [];
    for (const [id, text] of Object.entries(await client.hGetAll(this.#key))) {
      if (id === this.#id) continue;
      const entry = readEntry(text);
      if (entry && entry.until > now()) others.push(entry);
      else await client.hDel(this.#key, id);
    }
    this.#compare(others);
  }

  #compare(others: readonly Entry[]): void {
    const settings = new Set<string>();
    const relays: string[] = [];
    for (const other of others) {
      const differ = differing(this.#options.settings, other.settings);
      for (const one of differ) settings.add(one);
      if (differ.length > 0) relays.push(other.name);
    }
    const difference: SettingsDifference = { settings: [...settings].sort(), relays: relays.sort() };
    const text = relays.length === 0 ? '' : JSON.stringify(difference);
    if (text === this.#last) return;
    this.#last = text;
    this.#options.onChange(relays.length === 0 ? undefined : difference);
  }

  /** The others need not wait for its lease. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    if (this.#connection.isReady) await this.#connection.client.hDel(this.#key, this.#id).catch(() => undefined);
  }
}

function readEntry(text: string): Entry | undefined {
  try {
    return v.parse(Entry, JSON.parse(text));
  } catch {
    return undefined;
  }
}
