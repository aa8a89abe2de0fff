/**
 * One picture over the link: announce, wait for `start` … `exit`, then a chunk at a time, each acknowledged before the next
 * (docs/protocol.md). There is no abort and no checksum: whoever gets an error other than `refused` from here has a device that may
 * still be counting bytes, and finds in `TransferState` how many.
 */
import { isBootLine } from './boot.ts';
import { DeviceError } from './device-error.ts';
import type { Link } from './link.ts';

/** The design's chunk, in bytes. */
export const CHUNK_BYTES = 1024;
/** On top of the wire time: how long the device may take to say anything that the design promises. */
export const REPLY_GRACE_MS = 2_000;
/** Some firmware leaves out the `exit` after `start`. */
const EXIT_GRACE_MS = 250;
/**
 * An `ok` that comes before this part of the chunk's wire time cannot mean this chunk. Below 1, because two clocks differ and a driver
 * may start a little before it says so.
 */
const EARLIEST_ACK = 0.85;

/** How far a transfer came; written by `upload`, read by recovery. */
export interface TransferState {
  /** What the device was promised. 0 until it was. */
  promisedBytes: number;
  /** Handed to the driver. */
  sentBytes: number;
  acknowledgedBytes: number;
}

export interface UploadOptions {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** True behind a UART bridge, where bytes provably cannot arrive faster than the speed. */
  readonly paced: boolean;
  /** What the unit calls itself: said in mid-transfer it means that the board has booted. */
  readonly modelLine?: string | undefined;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((acknowledgedBytes: number) => void) | undefined;
}

export const isAck = (line: string): boolean => line.toLowerCase() === 'ok';
export const isExit = (line: string): boolean => line.toLowerCase() === 'exit';
const isStart = (line: string): boolean => /start/i.test(line) && !/rotation/i.test(line);
/** @throws DeviceError `refused`, `rebooted`, `no_reply`, `lost`, `aborted` */
export async function upload(link: Link, transfer: TransferState, options: UploadOptions): Promise<void> {
  const { bytes, signal } = options;
  await announce(link, transfer, options);
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    const chunk = bytes.subarray(start, start + CHUNK_BYTES);
    link.discard();
    const begunAt = link.wireFreeAt;
    transfer.sentBytes += chunk.length;
    await link.write(chunk, signal);
    const earliestAt = options.paced ? begunAt + EARLIEST_ACK * link.wireMs(chunk.length) : begunAt;
    await link.line((line) => acknowledgement(line, options.now() >= earliestAt, options.modelLine), {
      timeoutMs: REPLY_GRACE_MS,
      signal,
      what: `the display's ok after ${transfer.sentBytes} of ${bytes.length} bytes`,
    });
    transfer.acknowledgedBytes = transfer.sentBytes;
    options.onProgress?.(transfer.acknowledgedBytes);
  }
}

function acknowledgement(line: string, possible: boolean, modelLine: string | undefined): true | undefined {
  if (isBootLine(line) || line === modelLine)
    throw new DeviceError('rebooted', 'The display restarted during the upload.');
  return isAck(line) && possible ? true : undefined;
}

async function announce(link: Link, transfer: TransferState, { name, bytes, signal }: UploadOptions): Promise<void> {
  link.discard();
  await link.writeLine(`sending**${name}**${bytes.length}**${CHUNK_BYTES}`, signal);
  // From here on the device may be counting, whether or not its answer reaches us.
  transfer.promisedBytes = bytes.length;
  let said: string | undefined;
  await link.line(
    (line) => {
      if (isStart(line)) return true;
      // An `exit` that nothing went before is the end of an earlier answer.
      if (isExit(line) && said !== undefined) {
        transfer.promisedBytes = 0;
        throw new DeviceError('refused', `The display would not take the picture: "${said}".`);
      }
      if (!isExit(line)) said = line;
      return undefined;
    },
    { timeoutMs: REPLY_GRACE_MS, signal, what: 'the display to say start' },
  );
  try {
    await link.line((line) => (isExit(line) ? true : undefined), { timeoutMs: EXIT_GRACE_MS, signal, what: 'exit' });
  } catch (error) {
    if (!(error instanceof DeviceError) || error.code !== 'no_reply') throw error;
  }
}
