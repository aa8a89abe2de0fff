/**
 * Bringing a display back after a broken transfer, in the order of docs/protocol.md. Each step answers what the probe after it heard.
 */
import type { Connection } from './connection.ts';
import { isDeviceError } from './device-error.ts';
import { isSane, probe, settle, type ProbeResult } from './probe.ts';
import { CHUNK_BYTES, isAck, type TransferState } from './upload.ts';

/** After zeros that complete a chunk the device says ok within this time, if it is counting. */
const ZERO_ACK_MS = 300;
const QUIET_MS = 120;
const QUIET_AT_MOST_MS = 1_000;

/** Settles if the board may have booted, then probes. */
export async function settleAndProbe(connection: Connection, signal?: AbortSignal): Promise<ProbeResult> {
  const settled = await settle(connection, signal);
  return settled.kind === 'answered' ? settled : probe(connection, signal);
}

/**
 * Gives the device the rest of the bytes that it was promised, as zeros, so that it stops counting; then asks. Zeros that are too many
 * end up in a command line that means nothing. Where the last chunk may never have arrived, as many bytes again follow.
 */
export async function feedZeros(
  connection: Connection,
  { promisedBytes, sentBytes, acknowledgedBytes }: TransferState,
  signal?: AbortSignal,
): Promise<ProbeResult> {
  await feed(connection, promisedBytes - sentBytes, signal);
  const first = await ended(connection, signal);
  if (isSane(first)) return first;
  await feed(connection, sentBytes - acknowledgedBytes + 1, signal);
  return ended(connection, signal);
}

async function feed({ link }: Connection, count: number, signal?: AbortSignal): Promise<void> {
  for (let left = count; left > 0; left -= CHUNK_BYTES) {
    link.discard();
    await link.write(new Uint8Array(Math.min(CHUNK_BYTES, left)), signal);
    try {
      await link.line((line) => (isAck(line) ? true : undefined), { timeoutMs: ZERO_ACK_MS, signal, what: 'ok' });
    } catch (error) {
      if (!isDeviceError(error) || error.code !== 'no_reply') throw error;
    }
  }
}

async function ended(connection: Connection, signal?: AbortSignal): Promise<ProbeResult> {
  await connection.link.silence(QUIET_MS, QUIET_AT_MOST_MS, signal);
  // Ends the line that surplus zeros have become, and lets its answer pass.
  await connection.link.writeLine('', signal);
  await connection.link.silence(QUIET_MS, QUIET_AT_MOST_MS, signal);
  return probe(connection, signal);
}
