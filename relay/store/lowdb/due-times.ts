/** When time alone next changes something of each display, so that the sweep looks at those displays only. */
import { dueAt } from '../../core/expire.ts';
import type { DeviceRecord } from '../../core/records.ts';
import type { AnyRecord } from '../buffered-transaction.ts';

export const DEVICE_KEY = 'device:';

export class DueTimes {
  readonly #times = new Map<string, number>();

  /** What is now under this key; only a display's record counts. */
  note(key: string, record: AnyRecord | undefined): void {
    if (!key.startsWith(DEVICE_KEY)) return;
    const deviceId = key.slice(DEVICE_KEY.length);
    const due = record ? dueAt(record as DeviceRecord) : Infinity;
    if (due === Infinity) this.#times.delete(deviceId);
    else this.#times.set(deviceId, due);
  }

  clear(): void {
    this.#times.clear();
  }

  by(now: number): string[] {
    return [...this.#times].flatMap(([deviceId, at]) => (at <= now ? [deviceId] : []));
  }
}
