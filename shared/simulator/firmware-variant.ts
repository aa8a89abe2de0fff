/** The habits of a simulated firmware (docs/protocol.md). */
import type { SimulatedNative } from './native-commands.ts';

/** How displays differ from each other. All seen on deployed ones. */
export interface FirmwareVariant {
  /** Said after boot and in answer to unknown commands. */
  readonly modelLine: string;
  /** Whether answers to simple commands end with a line `exit`. */
  readonly saysExit: boolean;
  /**
   * What is heard of a boot: the ROM's lines and the model line, the model line alone, the ROM at another speed, or
   * nothing.
   */
  readonly banner: 'rom' | 'model' | 'garbage' | 'none';
  readonly fileinfo: boolean;
  /** Which form of `delete` it knows. */
  readonly deletes: 'plain' | 'images' | 'never';
  /** Bytes that wait while the firmware is at work; what comes on top is lost. */
  readonly receiveQueueBytes: number;
  /** Time to store a chunk before its `ok`, in ms. */
  readonly storeMs: number;
  /** Deafness after each kind of screen change, in ms; up to 1,800 is seen. */
  readonly deafMs: { readonly stop: number; readonly start: number; readonly upload: number };
  /**
   * Whether it draws screens by itself, and when it says so: in its own words at once, only when it is asked something
   * afterwards, or not at all. `unknown`: it does not know the commands. `hangs`: until it is reset.
   */
  readonly nativeScreens: 'words' | 'late_words' | 'silent' | 'unknown' | 'hangs';
  /** Deafness after each screen that it draws by itself, or after those named, in ms; 1,200 to 1,800 is seen. */
  readonly nativeDeafMs: number | Readonly<Partial<Record<SimulatedNative, number>>>;
  /** How long it draws after a picture has changed, in ms. */
  readonly drawMs: number;
  /** What becomes of bytes that arrive while it draws: they wait in the receive queue, or are lost. */
  readonly whileDrawing: 'keeps' | 'drops';
  /** Whether `ok` ends with a line end. */
  readonly ackEnds: 'line' | 'none';
  /** `many`: the list over many lines; `marked`: and `end_of_fileinfo` after it; `bare`: no `exit` after it either. */
  readonly fileinfoForm: 'one' | 'many' | 'marked' | 'bare';
  /** Room for pictures, in bytes. */
  readonly diskBytes: number;
}

export const DEFAULT_VARIANT: FirmwareVariant = {
  modelLine: 'ESP32 Chip model = 9, Rev 0',
  saysExit: true,
  banner: 'rom',
  fileinfo: false,
  deletes: 'plain',
  receiveQueueBytes: 256,
  storeMs: 3,
  deafMs: { stop: 0, start: 0, upload: 0 },
  nativeScreens: 'words',
  nativeDeafMs: 0,
  drawMs: 0,
  whileDrawing: 'keeps',
  ackEnds: 'line',
  fileinfoForm: 'one',
  diskBytes: 1_000_000,
};
