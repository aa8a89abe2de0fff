/**
 * Who is at this port, and at which speed? Opens, lets the board boot, asks; the remembered speed first, then the
 * others (docs/protocol.md). Knows no states: it says through `onStep` what it is about to do.
 */
import { pulseAndProbe, feedZeros } from './recovery.ts';
import { isSane, probe, waitUntilBooted, type ProbeResult } from './probe.ts';
import type { DisplayContext } from './display-context.ts';

type DetectStep =
  | { readonly kind: 'opening' | 'booting' | 'probing'; readonly baudRate: number }
  | { readonly kind: 'recovering'; readonly step: 'feed_zeros' | 'pulse_reset' };

export interface DetectOptions {
  readonly baudRates: readonly number[];
  readonly onStep: (step: DetectStep) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What was heard, with the port left open at that speed; undefined when nobody is there. @throws DisplayError of the
 * port
 */
export async function detectDisplay(context: DisplayContext, options: DetectOptions): Promise<ProbeResult | undefined> {
  return (
    (await feedUnsentBytes(context, options)) ??
    (await trySpeeds(context, options)) ??
    (await pulseIfKnown(context, options))
  );
}

async function tryAt(
  { connection }: DisplayContext,
  baudRate: number,
  { onStep, signal }: DetectOptions,
): Promise<ProbeResult> {
  onStep({ kind: 'opening', baudRate });
  await connection.open(baudRate);
  onStep({ kind: 'booting', baudRate });
  const booted = await waitUntilBooted(connection, signal);
  if (booted.kind === 'answered') return booted;
  onStep({ kind: 'probing', baudRate });
  return probe(connection, signal);
}

/** A transfer was under way when this program ended; the display may still be counting. */
async function feedUnsentBytes(context: DisplayContext, options: DetectOptions): Promise<ProbeResult | undefined> {
  const { baudRate, owedBytes } = context.profile.current;
  if (baudRate === undefined || !owedBytes) return undefined;
  const heard = await tryAt(context, baudRate, options);
  if (isSane(heard)) return heard;
  options.onStep({ kind: 'recovering', step: 'feed_zeros' });
  const owed = { promisedBytes: owedBytes, sentBytes: 0, acknowledgedBytes: 0 };
  const fed = await feedZeros(context.connection, owed, options.signal);
  return isSane(fed) ? fed : undefined;
}

async function trySpeeds(context: DisplayContext, options: DetectOptions): Promise<ProbeResult | undefined> {
  let noisy: number | undefined;
  for (const baudRate of context.profile.speeds(options.baudRates)) {
    const heard = await tryAt(context, baudRate, options);
    // Who says nothing but ok is counting bytes, or is some other device.
    if (isSane(heard)) return heard;
    if (heard.kind === 'noise') noisy ??= baudRate;
  }
  if (noisy === undefined) return undefined;
  // Words at no speed, but bytes at this one: somebody is there (docs/protocol.md).
  const heard = await tryAt(context, noisy, options);
  return heard.kind === 'noise' || isSane(heard) ? heard : undefined;
}

/**
 * A display that has answered here before may hang where opening does not reset it. Strangers' reset lines are left
 * alone.
 */
async function pulseIfKnown(
  context: DisplayContext,
  { baudRates, onStep, signal }: DetectOptions,
): Promise<ProbeResult | undefined> {
  if (!context.profile.hasAnswered) return undefined;
  onStep({ kind: 'recovering', step: 'pulse_reset' });
  return pulseAndProbe(context.connection, context.profile.speeds(baudRates).slice(0, 1), signal);
}
