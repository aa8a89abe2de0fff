/**
 * One picture over the serial line: announce, wait for `start` … `exit`, then a chunk at a time, each acknowledged
 * before the next (docs/protocol.md). There is no abort and no checksum: after an error other than `refused` the
 * display may still be counting bytes; `TransferState` says how many.
 */
import { isAck, isBootLine, isExit, isStart } from './reply-lines.ts';
import type { DisplayContext } from './display-context.ts';
import { DisplayError } from './display-error.ts';
import type { LineChannel } from './line-channel.ts';

/** The design's chunk, in bytes. */
export const CHUNK_BYTES = 1024;
/** On top of the wire time: how long the device may take to say anything that the design promises. */
const REPLY_GRACE_MS = 2_000;
/**
 * A lost `ok` is to be followed by the next attempt within 4 s, and before that the rest of the picture crosses the
 * wire as zeros. So where there is much of a rest, less is waited; never less than a display needs that tidies its
 * storage up (1.5 s are seen as honest).
 */
const ACK_AND_REST_MS = 3_740;
const SHORTEST_ACK_GRACE_MS = 1_600;
/** Some firmware leaves out the `exit` after `start`. */
const EXIT_GRACE_MS = 250;
/**
 * An `ok` that comes before this part of the chunk's wire time cannot mean this chunk. Below 1, because two clocks
 * differ and a driver may start a little before it says so.
 */
const EARLIEST_ACK = 0.85;

/**
 * Without the last so many bytes of its picture a code can still be read (docs/protocol.md, rule 8). Behind a bridge a
 * chunk that brings it there is handed over in pieces of so much wire time, each when those before it have nearly left
 * the wire: what the driver has cannot be taken back, and of a code that is called off meanwhile as little as possible
 * is to be drawn. Chunks before go out whole, because firmware may lose patience with one that comes haltingly.
 */
const READ_WITHOUT_BYTES = 1_400;
const PIECE_MS = 150;
/** The picture appears with its last byte, so the last piece of all is a small one. */
const LAST_PIECE_BYTES = 16;
/** Timers may come a little late; the wire must not fall idle for it. */
const PIECE_EARLY_MS = 12;

/** How far a transfer came; written by `upload`, read by recovery. */
export interface TransferState {
  /** What the device was promised. 0 until it was. */
  promisedBytes: number;
  /** Handed to the driver. */
  sentBytes: number;
  acknowledgedBytes: number;
}

/** Before anything was promised. */
export const noTransfer = (): TransferState => ({ promisedBytes: 0, sentBytes: 0, acknowledgedBytes: 0 });

export interface PictureUpload {
  /** Slot, e.g. `1.jpeg`. */
  readonly name: string;
  readonly jpeg: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((acknowledgedBytes: number) => void) | undefined;
}

/** The bytes, to a display that has said start. @throws DisplayError `rebooted`, `no_reply`, `lost`, `aborted` */
export async function sendPicture(
  context: DisplayContext,
  transfer: TransferState,
  { jpeg, signal, onProgress }: PictureUpload,
): Promise<void> {
  const { channel, clock, paced } = context.connection;
  const { modelLine } = context.profile.current;
  for (let start = 0; start < jpeg.length; start += CHUNK_BYTES) {
    const chunk = jpeg.subarray(start, start + CHUNK_BYTES);
    channel.discard();
    const earliestAt = paced ? earliestAckAt(channel, chunk.length) : 0;
    await send(context, transfer, chunk, jpeg.length - start - chunk.length, signal);
    await channel.nextLine((line) => acknowledgement(line, clock.now() >= earliestAt, modelLine), {
      timeoutMs: ackGraceMs(channel.wireMs(jpeg.length - transfer.sentBytes)),
      signal,
      what: `the display's ok after ${transfer.sentBytes} of ${jpeg.length} bytes`,
    });
    transfer.acknowledgedBytes = transfer.sentBytes;
    onProgress?.(transfer.acknowledgedBytes);
  }
}

/** When an `ok` can mean the chunk that is about to be written, on the clock. */
export const earliestAckAt = (channel: LineChannel, bytes: number): number =>
  channel.wireFreeAt + EARLIEST_ACK * channel.wireMs(bytes);

/** On top of the chunk's own wire time, in ms. `restMs`: what the rest of the picture will need on the wire. */
export const ackGraceMs = (restMs: number): number =>
  Math.min(REPLY_GRACE_MS, Math.max(SHORTEST_ACK_GRACE_MS, ACK_AND_REST_MS - restMs));

/** Hands a chunk to the driver, after which so many bytes of the picture are left. */
async function send(
  { connection, profile }: DisplayContext,
  transfer: TransferState,
  chunk: Uint8Array,
  restBytes: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { channel, paced } = connection;
  const { modelLine } = profile.current;
  const inPieces = paced && restBytes < READ_WITHOUT_BYTES;
  const pieceBytes = inPieces ? Math.max(LAST_PIECE_BYTES, Math.floor(PIECE_MS / channel.wireMs(1))) : chunk.length;
  const body = paced && restBytes === 0 ? chunk.length - LAST_PIECE_BYTES : chunk.length;
  for (let start = 0; start < chunk.length;) {
    // An ok that comes before the chunk is complete belongs to an earlier one.
    if (start > 0)
      await channel.waitUntilNearlyFree(PIECE_EARLY_MS, (line) => void acknowledgement(line, false, modelLine), signal);
    const end = start < body ? Math.min(start + pieceBytes, body) : chunk.length;
    transfer.sentBytes += end - start;
    await channel.write(chunk.subarray(start, end), signal);
    start = end;
  }
}

function acknowledgement(line: string, possible: boolean, modelLine: string | undefined): true | undefined {
  if (isBootLine(line) || line === modelLine)
    throw new DisplayError('rebooted', 'The display restarted during the upload.');
  return isAck(line) && possible ? true : undefined;
}

/** @throws DisplayError `refused`, `no_reply`, `lost`, `aborted` */
export async function announce(
  { connection, profile }: DisplayContext,
  transfer: TransferState,
  { name, jpeg, signal }: PictureUpload,
): Promise<void> {
  const { channel } = connection;
  const { modelLine } = profile.current;
  channel.discard();
  await channel.writeLine(`sending**${name}**${jpeg.length}**${CHUNK_BYTES}`, signal);
  // From here on the device may be counting, whether or not its answer reaches us.
  transfer.promisedBytes = jpeg.length;
  let said: string | undefined;
  await channel.nextLine(
    (line) => {
      if (isStart(line)) return true;
      // An `exit` that nothing went before is the end of an earlier answer.
      if (isExit(line) && said !== undefined) {
        transfer.promisedBytes = 0;
        throw new DisplayError('refused', `The display would not take the picture: "${said}".`);
      }
      // The late answer to a question, or it did not hear the beginning of the line: either is no refusal.
      if (!isExit(line)) said = line === modelLine ? undefined : line;
      return undefined;
    },
    { timeoutMs: REPLY_GRACE_MS, signal, what: 'the display to say start' },
  );
  try {
    await channel.nextLine((line) => (isExit(line) ? true : undefined), {
      timeoutMs: EXIT_GRACE_MS,
      signal,
      what: 'exit',
    });
  } catch (error) {
    if (!(error instanceof DisplayError) || error.code !== 'no_reply') throw error;
  }
}
