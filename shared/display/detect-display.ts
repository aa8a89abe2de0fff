/**
 * Who is at this port, and at which speed? Opens, lets the board boot, asks; the remembered speed first, then the others
 * (docs/protocol.md). Knows no states: it says through `onStep` what it is about to do.
 */
import { pulseAndProbe, feedZeros } from './recovery.ts';
import { isSane, probe, settle, type ProbeResult } from './probe.ts';
import type { Wire } from './display-context.ts';

export type FindStep =
  | { readonly kind: 'opening' | 'settling' | 'probing'; readonly baudRate: number }
  | { readonly kind: 'recovering'; readonly step: 'feed_zeros' | 'pulse_reset' };

export interface FindOptions {
  readonly baudRates: readonly number[];
  readonly onStep: (step: FindStep) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What was heard, with the port left open at that speed; undefined when nobody is there. @throws DeviceError of the port */
export async function findUnit(wire: Wire, options: FindOptions): Promise<ProbeResult | undefined> {
  return (await feedDebt(wire, options)) ?? (await trySpeeds(wire, options)) ?? (await wakeUp(wire, options));
}

async function tryAt({ connection }: Wire, baudRate: number, { onStep, signal }: FindOptions): Promise<ProbeResult> {
  onStep({ kind: 'opening', baudRate });
  await connection.open(baudRate);
  onStep({ kind: 'settling', baudRate });
  const settled = await settle(connection, signal);
  if (settled.kind === 'answered') return settled;
  onStep({ kind: 'probing', baudRate });
  return probe(connection, signal);
}

/** A transfer was under way when this program ended; the display may still be counting. */
async function feedDebt(wire: Wire, options: FindOptions): Promise<ProbeResult | undefined> {
  const { baudRate, owedBytes } = wire.unit.facts;
  if (baudRate === undefined || !owedBytes) return undefined;
  const heard = await tryAt(wire, baudRate, options);
  if (isSane(heard)) return heard;
  options.onStep({ kind: 'recovering', step: 'feed_zeros' });
  const owed = { promisedBytes: owedBytes, sentBytes: 0, acknowledgedBytes: 0 };
  const fed = await feedZeros(wire.connection, owed, options.signal);
  return isSane(fed) ? fed : undefined;
}

async function trySpeeds(wire: Wire, options: FindOptions): Promise<ProbeResult | undefined> {
  let noisy: number | undefined;
  for (const baudRate of wire.unit.speeds(options.baudRates)) {
    const heard = await tryAt(wire, baudRate, options);
    // Who says nothing but ok is counting bytes, or is some other device.
    if (isSane(heard)) return heard;
    if (heard.kind === 'noise') noisy ??= baudRate;
  }
  if (noisy === undefined) return undefined;
  // Words at no speed, but bytes at this one: somebody is there (docs/protocol.md).
  const heard = await tryAt(wire, noisy, options);
  return heard.kind === 'noise' || isSane(heard) ? heard : undefined;
}

/** A unit that has answered here before may hang where opening does not reset it. Strangers' reset lines are left alone. */
async function wakeUp(wire: Wire, { baudRates, onStep, signal }: FindOptions): Promise<ProbeResult | undefined> {
  if (!wire.unit.familiar) return undefined;
  onStep({ kind: 'recovering', step: 'pulse_reset' });
  return pulseAndProbe(wire.connection, wire.unit.speeds(baudRates).slice(0, 1), signal);
}
