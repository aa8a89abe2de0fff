/** What was learned of each display, kept in Memory. */
import * as v from 'valibot';
import type { PortIdentity } from '../display/transport.ts';
import { DisplayProfile, profileKey } from '../display/display-profile.ts';
import type { Log } from './log.ts';
import type { Memory } from './station-types.ts';

export class ProfileStore {
  readonly #memory: Memory;
  readonly #log: Log;
  readonly #known = new Map<string, DisplayProfile>();

  constructor(memory: Memory, log: Log) {
    this.#memory = memory;
    this.#log = log;
  }

  async of(port: PortIdentity): Promise<DisplayProfile> {
    const key = profileKey(port);
    const known = this.#known.get(key);
    if (known) return known;
    const kept = v.safeParse(DisplayProfile, await this.#memory.get(key).catch(() => undefined));
    return kept.success ? kept.output : {};
  }

  /** It is learned anew. */
  forget(port: PortIdentity): void {
    const key = profileKey(port);
    this.#known.set(key, {});
    this.#memory.delete(key).catch(() => undefined);
  }

  /** Memory that fails costs a restart's knowledge, not the work. */
  update(port: PortIdentity, profile: DisplayProfile): void {
    const key = profileKey(port);
    const before = this.#known.get(key) ?? {};
    this.#known.set(key, profile);
    this.#memory.set(key, profile).catch(() => undefined);
    const { owedBytes: _now, ...facts } = profile;
    const { owedBytes: _before, ...factsBefore } = before;
    if (JSON.stringify(facts) !== JSON.stringify(factsBefore))
      this.#log('info', 'unit_learned', `${port.label}: ${JSON.stringify(facts)}`);
  }
}
