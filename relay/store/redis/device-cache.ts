/**
 * A cache of device records, so that an empty poll asks Redis nothing. A published change drops its record; a record
 * that was being read at that moment is not kept, because it may be the old one. While changes may be missed, nothing
 * is kept.
 */
import type { DeviceRecord } from '../../core/records.ts';

interface Load {
  isStale: boolean;
}

/** About 2 KB each. */
const MAX_KEPT = 50_000;

export class DeviceCache {
  readonly #kept = new Map<string, DeviceRecord>();
  readonly #loads = new Map<string, Set<Load>>();
  /** Whether changes are being received. */
  isListening = false;

  get(deviceId: string): DeviceRecord | undefined {
    return this.#kept.get(deviceId);
  }

  /** Notes that this device is about to be read; the answer is handed to `keep`. */
  begin(deviceId: string): (record: DeviceRecord | undefined) => void {
    const load: Load = { isStale: false };
    const loads = this.#loads.get(deviceId) ?? new Set();
    this.#loads.set(deviceId, loads.add(load));
    return (record) => {
      loads.delete(load);
      if (loads.size === 0 && this.#loads.get(deviceId) === loads) this.#loads.delete(deviceId);
      if (load.isStale || !this.isListening || !record) return;
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      this.#kept.set(deviceId, record);
    };
  }

  drop(deviceId: string): void {
    this.#kept.delete(deviceId);
    for (const load of this.#loads.get(deviceId) ?? []) load.isStale = true;
  }

  clear(): void {
    this.#kept.clear();
    for (const loads of this.#loads.values()) for (const load of loads) load.isStale = true;
  }
}
