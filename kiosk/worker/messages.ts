/** All messages between page and worker. */
import type { SignalPolicy, StationEvent } from '../../shared/station/station-types.ts';
import type { DisplayReport } from '../../shared/display/display-report.ts';
import type { DisplayCheck, Scanned } from '../../shared/wire/display-check.ts';
import type { PictureSettings } from '../../shared/wire/picture.ts';

export type DisplayKind = 'serial' | 'virtual';

export type ToWorker =
  | {
      readonly kind: 'start';
      /** Absolute URL of `/api/device`. */
      readonly apiUrl: string;
      /** Names the storage and the lock; a virtual display has another than the real one. */
      readonly profile: string;
      readonly computerName: string;
      readonly enrolKey?: string;
      readonly version: string;
      readonly display: DisplayKind;
      /** Speed of the virtual display. */
      readonly virtualBaudRate?: number;
      /** Modem lines after opening; as the browser sets them unless said. */
      readonly signalPolicy?: SignalPolicy;
      /** `on`: what crosses the cable is noted for a unit report. */
      readonly recording?: 'on';
    }
  | { readonly kind: 'provision'; readonly computerName?: string; readonly enrolKey?: string }
  | { readonly kind: 'wake' }
  /** Asks for something; answered by `answer` with the same `id`. */
  | { readonly kind: 'ask'; readonly id: number; readonly what: Asked }
  /** What the person says who was asked to scan the code on the display. */
  | { readonly kind: 'scanned'; readonly scanned: Exclude<Scanned, 'not_asked'> }
  /** Pulls the cable of the virtual display or puts it back. */
  | { readonly kind: 'virtual_cable'; readonly plugged: boolean }
  | { readonly kind: 'stop' };

export type Asked = 'test_card' | 'pairing_code' | 'restart_display' | 'check_display' | 'unit_report';

export type FromWorker =
  | { readonly kind: 'event'; readonly event: StationEvent }
  | { readonly kind: 'answer'; readonly id: number; readonly result: AskResult }
  | { readonly kind: 'virtual_screen'; readonly screen: VirtualScreen }
  /** The station could not start at all, e.g. because the browser keeps no data. */
  | { readonly kind: 'broken'; readonly sentence: string };

/**
 * What the virtual display shows. A picture is the bytes that it received; in rotation, the stored one whose turn it
 * is.
 */
export type VirtualScreen =
  | { readonly kind: 'dark' }
  | { readonly kind: 'booting' }
  | { readonly kind: 'picture'; readonly jpeg: Uint8Array }
  /** Drawn by the display itself from a line of text. */
  | { readonly kind: 'native'; readonly jpeg: Uint8Array }
  | { readonly kind: 'rotation'; readonly jpeg: Uint8Array | undefined };

/** `failed`: for another reason, which is in the sentence. */
export type AskFailure =
  | 'not_started'
  | 'restarted'
  | 'too_long'
  | 'not_ready'
  | 'not_back'
  | 'not_shown'
  | 'qr_shown'
  | 'gave_way'
  | 'failed';

export type AskResult =
  /**
   * `report`: of the display, where the start asked for a recording and there was a port, or of its last check.
   * `check`: what that found.
   */
  | { readonly ok: true; readonly code?: string; readonly report?: DisplayReport; readonly check?: DisplayCheck }
  /** The page translates `why`; the sentence is for the log. */
  | { readonly ok: false; readonly why: AskFailure; readonly sentence: string };

/** Names of ports without a name of their own. The page translates them. */
export const PORT_NAMES = { virtual: 'Virtual display', plain: 'Serial port', otherUsb: 'USB serial' } as const;

/** From the admin page to the sample worker: make the sample QR with these settings, for a wire of this speed. */
export interface SampleRequest {
  readonly id: number;
  readonly settings: PictureSettings;
  readonly baudRate: number;
}

/** The sample picture, or a sentence about why there is none. */
export type SampleAnswer =
  | { readonly kind: 'made'; readonly id: number; readonly jpeg: Uint8Array }
  | { readonly kind: 'failed'; readonly id: number; readonly sentence: string };
