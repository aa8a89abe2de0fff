/**
 * A counter's day with the tray: customer after customer, some of them while something breaks. Every QR must be on the
 * screen in the end; how much memory the program holds is noted after each. The same seed gives the same day.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../../shared/simulator/faults.ts';
import { seeded } from '../station/station-rig.ts';
import { readWithJsqr } from '../simulator/decode.ts';
import { shownPicture } from '../simulator/screen.ts';
import type { TrayCounter } from './counter.ts';
import type { Look } from './growth.ts';

/** Each of them is mended within seconds and costs the customer no more. */
const FAULTS: readonly Fault[] = [
  { kind: 'lost_ack', chunk: 0 },
  { kind: 'noise', chunk: 0 },
  { kind: 'reset', chunk: 1 },
  { kind: 'dropped_bytes', chunk: 0, bytes: 50 },
  { kind: 'pulled_cable', chunk: 0, backAfterMs: 500 },
  { kind: 'missing_exit' },
  { kind: 'duplicate_ack', chunk: 0, delayMs: 300 },
];
/** One QR in this many meets a fault; a busy counter sees fewer than that in a week. */
const FAULT_EVERY = 20;
/** One QR in this many is taken off the screen before the next, as when the customer has paid. */
const CLEAR_EVERY = 3;
/** With every fault there is. */
const SHOWN_WITHIN_MS = 90_000;

/** docs/tray.md: at all times, also while it starts and draws. */
export const MAX_MB = 150;
/** One QR in this many is followed by a pause in which the program tidies up; what it holds then is noted. */
const LOOK_EVERY = 8;
/** From the last QR on; it does so after 3.5 s, and a busy machine takes longer. */
const TIDIED_WITHIN_MS = 5_000;
const LOOKS_MS = 250;

export interface TrayDay {
  readonly shown: number;
  readonly faults: number;
  readonly looks: readonly Look[];
  /** The most that was ever resident since the program's start, by the kernel's own count. */
  readonly peakMb: number;
}

export interface TrayDayOptions {
  /** Asked before each customer. */
  readonly goesOn: (shown: number) => boolean;
  /** Between two customers, on average; 0: at once. */
  readonly meanPauseMs?: number;
  readonly seed?: number;
  /** Whether its memory is looked at, for which customers wait a few seconds now and then. Default `taken`. */
  readonly looks?: 'taken' | 'none';
  readonly onLook?: (look: Look) => void;
}

/** The counter is open, and its tray is linked to `agent`. */
export async function liveTrayDay(
  { relay, board, tray }: TrayCounter,
  agent: string,
  { goesOn, meanPauseMs = 0, seed = 1, looks: asked = 'taken', onLook }: TrayDayOptions,
): Promise<TrayDay> {
  const random = seeded(seed);
  const looks: Look[] = [];
  let faults = 0;
  let shown = 0;
  for (; goesOn(shown); shown++) {
    const fault = shown % FAULT_EVERY === FAULT_EVERY - 1 ? FAULTS[faults++ % FAULTS.length] : undefined;
    if (fault) board.display.inject(fault);
    const text = paymentText(shown, random);
    const caption = {
      customer_name: customerName(random),
      amount: (50 + 9_000 * random()).toFixed(2),
      currency: 'MUR',
    };
    const { command_id } = await relay.postQr(agent, text, caption);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired'], SHOWN_WITHIN_MS);
    assert.equal(view.state, 'displayed', `${shown} with ${JSON.stringify(fault)}: ${JSON.stringify(view)}`);
    assert.equal(readWithJsqr(shownPicture(board.display)), text);
    if (shown % CLEAR_EVERY === 0)
      await relay.call('POST', '/rotation/start', { body: { agent_id: agent, reason: 'paid' } });
    if (asked === 'taken' && shown % LOOK_EVERY === LOOK_EVERY - 1) {
      const look = { shown: shown + 1, ownMb: await tidiedMb(tray.pid) };
      looks.push(look);
      onLook?.(look);
    }
    if (meanPauseMs > 0) await sleep(2 * meanPauseMs * random());
  }
  return { shown, faults, looks, peakMb: memoryMb(tray.pid, 'VmHWM') };
}

/** The least that it has of its own while nobody asks it for anything. */
async function tidiedMb(pid: number): Promise<number> {
  let least = Infinity;
  const until = performance.now() + TIDIED_WITHIN_MS;
  do {
    least = Math.min(least, memoryMb(pid, 'RssAnon'));
    await sleep(LOOKS_MS);
  } while (performance.now() < until);
  return least;
}

/** Of 60 to 200 letters: codes of versions 4 to 10. */
const paymentText = (customer: number, random: () => number): string =>
  `https://pay.example/p/${customer}?`.padEnd(60 + Math.floor(140 * random()), 'amount=1250.00&currency=MUR&ref=8842-');

const FIRST =
  'Aïsha Anil Catherine Dev Fatima Jean-Marc José Kavi Lakshmi Marie-Ange Nadia Priya Rajesh Veena Wei Yusuf'.split(
    ' ',
  );
const LAST =
  'Appadoo Beeharry Chan Curpen Dupont Fontaine Ganoo Jhurry Lagesse Mungur Ng Purmessur Soobiah Uteem Zaman'.split(
    ' ',
  );
/** Of different people, because the encoder keeps what it found for their letters. */
function customerName(random: () => number): string {
  const one = (names: readonly string[]): string => names[Math.floor(random() * names.length)] ?? '';
  return `${one(FIRST)} ${one(LAST)}`;
}

/**
 * Resident: `VmRSS` now, `VmHWM` the most that ever was, `RssAnon` without the pages of its own file, which come and go
 * by the system's choice (proc(5)).
 */
export const memoryMb = (pid: number, what: 'VmRSS' | 'VmHWM' | 'RssAnon'): number =>
  Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
