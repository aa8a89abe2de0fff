/**
 * The names of the relay's keys in Redis. All begin with one prefix, so that other users of the server are not in the
 * way.
 */
export const DEFAULT_PREFIX = 'counterqr:';
/** Layout of what is kept; another number is another program's data. */
export const LAYOUT = 1;

export interface About {
  readonly layout: number;
  /** `migrating`: `npm run migrate` has begun and not ended; there is less here than there should be. */
  readonly state: 'ready' | 'migrating';
}

export const freshAbout: About = { layout: LAYOUT, state: 'ready' };

export interface RedisKeys {
  readonly prefix: string;
  /** `device:…`, `command:…`: see core/records.ts. */
  record(key: string): string;
  picture(commandId: string): string;
  ended(commandId: string): string;
  /** That a commit took place; asked for when its answer was lost. */
  receipt(token: string): string;
  /** Ids of all devices. */
  readonly devices: string;
  /** Device ids by the time at which time alone changes something. */
  readonly due: string;
  readonly presence: string;
  readonly keys: string;
  readonly about: string;
  /** Which store this is; lost when Redis is emptied. */
  readonly storeId: string;
  /** The relays that run, with digests of their settings. */
  readonly relays: string;
  readonly probe: string;
  /** Prefix of the counts of one rate limit. */
  limit(of: string): string;
  /** The channel on which changes are published. */
  readonly channel: string;
  /** Ids of ended commands by their end; of all, of a device or of an agent. */
  history(of: string): string;
  audit(of: string): string;
}

export function keysWithPrefix(prefix: string): RedisKeys {
  return {
    prefix,
    record: (key) => `${prefix}${key}`,
    picture: (commandId) => `${prefix}picture:${commandId}`,
    ended: (commandId) => `${prefix}ended:${commandId}`,
    receipt: (token) => `${prefix}receipt:${token}`,
    devices: `${prefix}devices`,
    due: `${prefix}due`,
    presence: `${prefix}presence`,
    keys: `${prefix}keys`,
    about: `${prefix}about`,
    storeId: `${prefix}store-id`,
    relays: `${prefix}relays`,
    probe: `${prefix}probe`,
    limit: (of) => `${prefix}limit:${of}`,
    channel: `${prefix}changes`,
    history: (of) => `${prefix}history${of}`,
    audit: (of) => `${prefix}audit${of}`,
  };
}
