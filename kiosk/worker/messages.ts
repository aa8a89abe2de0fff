/** All that page and worker say to each other. Nothing else crosses. */
import type { StationEvent } from '../../shared/station/station.ts';

export type DisplayKind = 'serial' | 'virtual';

export type ToWorker =
  | {
      readonly kind: 'start';
      /** Absolute URL of `/api/device`. */
      readonly apiUrl: string;
      readonly computerName: string;
      readonly enrolKey?: string;
      readonly version: string;
      readonly display: DisplayKind;
      /** Speed of the virtual display. */
      readonly virtualBaudRate?: number;
    }
  | { readonly kind: 'provision'; readonly computerName?: string; readonly enrolKey?: string }
  | { readonly kind: 'wake' }
  /** Asks for something; answered by `answer` with the same `id`. */
  | { readonly kind: 'ask'; readonly id: number; readonly what: 'test_card' | 'pairing_code' | 'restart_display' }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'event'; readonly event: StationEvent }
  | { readonly kind: 'answer'; readonly id: number; readonly result: AskResult }
  /** What the virtual display shows, decoded from the bytes it received. */
  | { readonly kind: 'virtual_glass'; readonly jpeg: Uint8Array | undefined };

export type AskResult =
  { readonly ok: true; readonly code?: string } | { readonly ok: false; readonly sentence: string };
