/** Displays counted by what they run. */
import type { Device } from './device.ts';

export interface VersionRow {
  readonly kind: Device['kind'];
  /** Empty for those that do not say. */
  readonly version: string;
  readonly count: number;
  readonly online: number;
  /** No display of this kind runs a later one. */
  readonly isNewest: boolean;
}

const collator = new Intl.Collator('en', { numeric: true });

/** By kind, newest first. */
export function versionsOf(devices: Iterable<Device>): VersionRow[] {
  const rows = new Map<string, { kind: Device['kind']; version: string; count: number; online: number }>();
  for (const { kind, online, version: said } of devices) {
    const version = said ?? '';
    const key = `${kind} ${version}`;
    const row = rows.get(key) ?? { kind, version, count: 0, online: 0 };
    rows.set(key, { ...row, count: row.count + 1, online: row.online + (online ? 1 : 0) });
  }
  const sorted = [...rows.values()].sort(
    (one, other) => collator.compare(one.kind, other.kind) || collator.compare(other.version, one.version),
  );
  return sorted.map((row, index) => ({ ...row, isNewest: sorted[index - 1]?.kind !== row.kind }));
}
