/** What a simulated firmware is lent: its files, its screen, its wire, time, and the faults that wait for it. */
import type { FirmwareFault } from './faults.ts';
import type { SimulatedNative } from './native-commands.ts';
import type { FirmwareVariant } from './firmware-variant.ts';

/** What a person in front of the display sees. */
export type SimulatedScreen =
  | { readonly kind: 'dark' }
  | { readonly kind: 'booting' }
  /** One picture stays: the bytes as they are stored, good or not. */
  | { readonly kind: 'picture'; readonly name: string; readonly bytes: Uint8Array }
  /** Every stored picture in turn. */
  | { readonly kind: 'rotation'; readonly names: readonly string[] }
  /** A screen that the firmware draws by itself, with what it was told to write on it. */
  | { readonly kind: 'native'; readonly name: SimulatedNative; readonly args: readonly string[] };

export interface FirmwareWorld {
  readonly variant: FirmwareVariant;
  /** Survives resets and power loss. */
  readonly files: Map<string, Uint8Array>;
  send(bytes: Uint8Array): void;
  /** Forgotten by a reset. */
  later(ms: number, then: () => void): void;
  showScreen(screen: SimulatedScreen): void;
  /** Uses up the first waiting fault that is wanted. */
  takeFault<K extends FirmwareFault['kind']>(
    kind: K,
    wanted?: (fault: Extract<FirmwareFault, { kind: K }>) => boolean,
  ): Extract<FirmwareFault, { kind: K }> | undefined;
  reset(): void;
  /** A whole line was heard. */
  noteLine(line: string): void;
  /** A chunk was counted; the port may want to pull the cable now. */
  chunkDone(chunk: number): void;
}
