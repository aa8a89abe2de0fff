/**
 * Who takes part in a test: relay, browser, display, tray, and the machine under them. A wait for what did not come,
 * and a test that has failed, ask each of them and say which did not come, so that a failure's own message tells where
 * to look.
 */
import { availableParallelism, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export type Presence =
  { readonly kind: 'here'; readonly says: string } | { readonly kind: 'missing'; readonly says: string };

export interface Participant {
  readonly name: 'relay' | 'browser' | 'display' | 'tray';
  /** Asked when something went wrong. A rejection counts as missing. */
  readonly ask: () => Presence | Promise<Presence>;
}

export const here = (says: string): Presence => ({ kind: 'here', says });
export const missing = (says: string): Presence => ({ kind: 'missing', says });

/** What an idle participant answers in milliseconds. */
const ANSWER_WITHIN_MS = 3_000;
/** Waits are for seconds: a process that did not run for so long came too late for some of them. */
const LATE_MS = 2_000;

const participants = new Set<Participant>();
const delay = monitorEventLoopDelay({ resolution: 20 });
delay.enable();

/** From now on, until what is returned is called. */
export function takesPart(participant: Participant): () => void {
  participants.add(participant);
  return () => void participants.delete(participant);
}

/** The machine is judged from here on: a new test begins. */
export const forgetDelays = (): void => delay.reset();

/** Judged by the test's own delay. The load is only told: it is that of the minute before, and of all who share it. */
function machine(): Presence {
  const lateMs = Math.round(delay.max / 1e6);
  const [load = 0] = loadavg();
  const says = `load ${load.toFixed(1)} on ${availableParallelism()} cores, the test itself was up to ${lateMs} ms late`;
  return lateMs > LATE_MS ? missing(says) : here(says);
}

async function answerOf({ ask }: Participant): Promise<Presence> {
  const late = new AbortController();
  try {
    return await Promise.race([
      Promise.resolve()
        .then(ask)
        .catch((error: unknown) => missing(error instanceof Error ? error.message : String(error))),
      sleep(ANSWER_WITHIN_MS, missing(`does not answer within ${ANSWER_WITHIN_MS} ms`), { signal: late.signal }),
    ]);
  } finally {
    late.abort();
  }
}

/** E.g. `Missing: browser. relay: answers; browser: does not answer within 3000 ms; machine: load 2.1 on 2 cores, …` */
export async function whoIsMissing(): Promise<string> {
  // Before the others are asked, which takes time of its own.
  const machineNow = machine();
  const asked = await Promise.all(
    [...participants].map(async (participant) => ({ name: participant.name, ...(await answerOf(participant)) })),
  );
  const all = [...asked, { name: 'machine', ...machineNow }];
  const absent = all.filter(({ kind }) => kind === 'missing').map(({ name }) => name);
  const who = absent.length === 0 ? 'Nobody is missing' : `Missing: ${[...new Set(absent)].join(', ')}`;
  return `${who}. ${all.map(({ name, says }) => `${name}: ${says}`).join('; ')}.`;
}

/** Adds to what a failed test says; a wait that did not end has said it by itself, at that moment. */
export async function nameTheMissing(error: { message: string } | undefined): Promise<void> {
  if (error && !/^(Missing: |Nobody is missing)/m.test(error.message))
    error.message = `${error.message}\n${await whoIsMissing()}`;
}
