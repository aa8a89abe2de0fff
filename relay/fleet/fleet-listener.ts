/** Who is told of the fleet: an admin page as it changes, and what counts displays at every round. */
import type { AdminEvents } from '../../shared/wire/admin/events.ts';
import type { DeviceRecord } from '../core/records.ts';

export interface FleetListener {
  /** The newest state of one thing replaces an older one that was not sent yet. */
  event<K extends keyof AdminEvents>(kind: K, data: AdminEvents[K]): void;
  end(): void;
}

/** Called for every display every few seconds. */
export type FleetObserver = (device: DeviceRecord, online: boolean, at: { wallMs: number; passedMs: number }) => void;
