/** What was learned of each unit, kept in Memory. */
import * as v from 'valibot';
import type { PortIdentity } from '../display/transport.ts';
import { UnitFacts, unitKey } from '../display/display-profile.ts';
import type { Log } from './log.ts';
import type { Memory } from './station.ts';

export class UnitBook {
  readonly #memory: Memory;
  readonly #log: Log;
  readonly #known = new Map<string, UnitFacts>();

  constructor(memory: Memory, log: Log) {
    this.#memory = memory;
    this.#log = log;
  }

  async of(port: PortIdentity): Promise<UnitFacts> {
    const key = unitKey(port);
    const known = this.#known.get(key);
    if (known) return known;
    const kept = v.safeParse(UnitFacts, await this.#memory.get(key).catch(() => undefined));
    return kept.success ? kept.output : {};
  }

  /** Memory that fails costs a restart's knowledge, not the work. */
  learn(port: PortIdentity, unit: UnitFacts): void {
    const key = unitKey(port);
    const before = this.#known.get(key) ?? {};
    this.#known.set(key, unit);
    this.#memory.set(key, unit).catch(() => undefined);
    const { owedBytes: _now, ...facts } = unit;
    const { owedBytes: _before, ...factsBefore } = before;
    if (JSON.stringify(facts) !== JSON.stringify(factsBefore))
      this.#log('info', 'unit_learned', `${port.label}: ${JSON.stringify(facts)}`);
  }
}
