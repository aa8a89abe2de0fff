/**
 * Bringing a display back after a broken transfer, in the order of docs/protocol.md. Each step answers what the probe
 * after it heard.
 */
import type { SerialConnection } from './serial-connection.ts';
import { isDisplayError, toDisplayError } from './display-error.ts';
import { isSane, probe, probeOnce, waitUntilBooted, type ProbeResult } from './probe.ts';
import type { RecoveryStep } from './session-state.ts';
import { isAck } from './reply-lines.ts';
import { CHUNK_BYTES, earliestAckAt, type TransferState } from './upload.ts';

/** After zeros that complete a chunk the device says ok within this time, if it is counting. */
const ZERO_ACK_MS = 300;
const QUIET_MS = 120;
const QUIET_AT_MOST_MS = 1_000;

export interface Broken {
  readonly transfer: TransferState;
  /** It has booted in mid-transfer, so it may not be counting any more. */
  readonly rebooted: boolean;
  /** The speed that it had first. */
  readonly speeds: readonly number[];
}

/** What the display says after this step, or undefined. @throws DisplayError `lost`, `aborted` */
export async function recoverBy(
  step: RecoveryStep,
  connection: SerialConnection,
  { transfer, rebooted, speeds }: Broken,
  signal?: AbortSignal,
): Promise<ProbeResult | undefined> {
  try {
    switch (step) {
      case 'feed_zeros': {
        const heard = rebooted ? await bootAndProbe(connection, signal) : undefined;
        return heard && isSane(heard) ? heard : await feedZeros(connection, transfer, signal);
      }
      case 'reopen':
        await connection.open(speeds[0] ?? connection.baudRate);
        return await bootAndProbe(connection, signal);
      case 'pulse_reset':
        await connection.open(speeds[0] ?? connection.baudRate);
        return await pulseAndProbe(connection, speeds, signal);
    }
  } catch (error) {
    const { code } = toDisplayError(error);
    // A port that takes no bytes or does not open again is what the next step is for.
    if (code === 'no_reply' || code === 'open_failed' || code === 'busy') return undefined;
    throw error;
  }
}

/**
 * Resets the board of an open port. It is fresh then; should it have changed its mind about the speed, the others find
 * out.
 */
export async function pulseAndProbe(
  connection: SerialConnection,
  speeds: readonly number[],
  signal?: AbortSignal,
): Promise<ProbeResult | undefined> {
  await connection.pulseReset(signal);
  for (const [index, baudRate] of speeds.entries()) {
    if (index > 0 || connection.baudRate !== baudRate) await connection.open(baudRate);
    const heard = await bootAndProbe(connection, signal);
    if (isSane(heard)) return heard;
  }
  return undefined;
}

/** Settles if the board may have booted, then probes. */
async function bootAndProbe(connection: SerialConnection, signal?: AbortSignal): Promise<ProbeResult> {
  const booted = await waitUntilBooted(connection, signal);
  return booted.kind === 'answered' ? booted : probe(connection, signal);
}

/**
 * Gives the device the rest of the bytes that it was promised, as zeros, so that it stops counting; then asks. Zeros
 * that are too many end up in a command line that means nothing. Where the last chunk may never have arrived, as many
 * bytes again follow.
 */
export async function feedZeros(
  connection: SerialConnection,
  { promisedBytes, sentBytes, acknowledgedBytes }: TransferState,
  signal?: AbortSignal,
): Promise<ProbeResult> {
  const completed = await feed(connection, promisedBytes - sentBytes, signal, CHUNK_BYTES - (sentBytes % CHUNK_BYTES));
  // It said ok to the last zero: it has all that it was promised, and may be asked at once.
  const first = completed ? await probeAtOnce(connection, signal) : await probeAfterQuiet(connection, signal);
  if (isSane(first)) return first;
  await feed(connection, sentBytes - acknowledgedBytes + 1, signal);
  return probeAfterQuiet(connection, signal);
}

/**
 * Whether the last of them were answered with ok, and not before they can have arrived. `firstBytes`: what completes
 * the chunk that was broken off, because the board may be too busy to listen while it stores one.
 */
async function feed(
  { channel: channel, clock }: SerialConnection,
  count: number,
  signal?: AbortSignal,
  firstBytes = CHUNK_BYTES,
): Promise<boolean> {
  let completed = false;
  for (let left = count, most = firstBytes; left > 0; left -= most, most = CHUNK_BYTES) {
    channel.discard();
    const zeros = new Uint8Array(Math.min(most, left));
    const earliestAt = earliestAckAt(channel, zeros.length);
    await channel.write(zeros, signal);
    completed = false;
    try {
      await channel.nextLine((line) => isAck(line) || undefined, { timeoutMs: ZERO_ACK_MS, signal, what: 'ok' });
      completed = clock.now() >= earliestAt;
    } catch (error) {
      if (!isDisplayError(error) || error.code !== 'no_reply') throw error;
    }
  }
  return completed;
}

async function probeAtOnce(connection: SerialConnection, signal?: AbortSignal): Promise<ProbeResult> {
  const heard = await probeOnce(connection, signal);
  return isSane(heard) ? heard : probeAfterQuiet(connection, signal);
}

async function probeAfterQuiet(connection: SerialConnection, signal?: AbortSignal): Promise<ProbeResult> {
  await connection.channel.waitUntilQuiet(QUIET_MS, QUIET_AT_MOST_MS, signal);
  // Ends the line that surplus zeros have become, and lets its answer pass.
  await connection.channel.writeLine('', signal);
  await connection.channel.waitUntilQuiet(QUIET_MS, QUIET_AT_MOST_MS, signal);
  return probe(connection, signal);
}
