/** When time alone next changes something of each display, so that the sweep looks at those displays only. */
import { dueAt } from '../../core/expire.ts';
import type { DeviceRecord } from '../../core/records.ts';
import type { AnyRecord } from '../buffered-transaction.ts';

export const DEVICE_KEY = 'device:';

export class DueTimes {
  readonly #times = new Map<string, number>();

  /** How many displays there are. */
  get count(): number {
    return this.#times.size;
  }

  /** What is now under this key; only a display's record counts. */
  note(key: string, record: AnyRecord | undefined): void {
    if (!key.startsWith(DEVICE_KEY)) return;
    if (record) this.#times.set(key, dueAt(record as DeviceRecord));
    else this.#times.delete(key);
  }

  by(now: number): string[] {
    return [...this.#times].flatMap(([key, at]) => (at <= now ? [key.slice(DEVICE_KEY.length)] : []));
  }
}
