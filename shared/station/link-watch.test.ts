import { afterEach, describe, expect, it } from 'vitest';
import { LinkWatch } from './link-watch.ts';
import type { Outcome } from './relay-client.ts';
import type { LinkedAgent } from './station-types.ts';
import type { Clock } from '../util/clock.ts';

const ASHA: LinkedAgent = { name: 'Asha', since: '2026-11-30T10:00:00.000Z' };
const ok = (value: LinkedAgent | null): Outcome<LinkedAgent | null> => ({ kind: 'ok', value });

let watch: LinkWatch;
afterEach(() => watch.stop());

/** A watch whose pauses end when the test says so. */
function makeWatch() {
  const heard: (LinkedAgent | undefined)[] = [];
  const pauses: number[] = [];
  let answer: Outcome<LinkedAgent | null> = ok(null);
  let nowMs = 0;
  let endPause: () => void = () => undefined;
  const clock = {
    now: () => nowMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        pauses.push(ms);
        endPause = () => ((nowMs += ms), resolve());
        signal?.addEventListener('abort', () => reject(new Error('woken')), { once: true });
      }),
  } as unknown as Clock;
  watch = new LinkWatch({
    clock,
    random: () => 0.5,
    ask: () => Promise.resolve(answer),
    onLinked: (agent) => heard.push(agent),
  });
  watch.start();
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  const round = async (next: Outcome<LinkedAgent | null>): Promise<void> => {
    await settled();
    answer = next;
    endPause();
    await settled();
  };
  return { heard, pauses, round, settled };
}

describe('who has this display', () => {
  it('is told when it changes, and only then', async () => {
    const { heard, round } = makeWatch();
    await round(ok(ASHA));
    await round(ok(ASHA));
    expect(heard).toEqual([ASHA]);
    await round({ kind: 'no_answer', text: 'away' });
    expect(heard).toEqual([ASHA]);
    await round(ok(null));
    expect(heard).toEqual([ASHA, undefined]);
  });

  it('is asked every 2 s while a pairing code can be used, every minute otherwise', async () => {
    const { pauses, round, settled } = makeWatch();
    await settled();
    watch.pairingBegins();
    await settled();
    await round(ok(null));
    await round(ok(ASHA));
    expect(pauses).toEqual([60_000, 2_000, 2_000, 60_000]);
  });
});
