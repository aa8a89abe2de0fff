import { afterEach, describe, expect, it } from 'vitest';
import { LinkWatch } from './link-watch.ts';
import type { LinkState, Outcome } from './relay-client.ts';
import type { LinkedAgent } from './station-types.ts';
import type { Clock } from '../util/clock.ts';

const ASHA: LinkedAgent = { name: 'Asha', since: '2026-11-30T10:00:00.000Z' };
const RAVI: LinkedAgent = { name: 'Ravi', since: '2026-11-30T10:05:00.000Z' };
const ok = (agent: LinkedAgent | null, isCodeOpen?: boolean): Outcome<LinkState> => ({
  kind: 'ok',
  value: { agent, ...(isCodeOpen === undefined ? {} : { isCodeOpen }) },
});

let watch: LinkWatch;
afterEach(() => watch.stop());

/** A watch whose pauses end when the test says so. */
function makeWatch() {
  const heard: (LinkedAgent | undefined)[] = [];
  const used: (readonly [string, LinkedAgent | undefined])[] = [];
  const pauses: number[] = [];
  let answer: Outcome<LinkState> = ok(null);
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
    onCodeUsed: (code, agent) => used.push([code, agent]),
  });
  watch.start();
  const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));
  const round = async (next: Outcome<LinkState>): Promise<void> => {
    await nextTurn();
    answer = next;
    endPause();
    await nextTurn();
  };
  return { heard, used, pauses, round, nextTurn };
}

describe('who has this display', () => {
  it('is told when it is known, nobody too, and when it changes', async () => {
    const { heard, round } = makeWatch();
    await round(ok(ASHA));
    await round(ok(ASHA));
    expect(heard).toEqual([undefined, ASHA]);
    await round({ kind: 'no_answer', text: 'away' });
    expect(heard).toEqual([undefined, ASHA]);
    await round(ok(null));
    expect(heard).toEqual([undefined, ASHA, undefined]);
  });

  it('is asked every second while a pairing code can be used, every minute otherwise', async () => {
    const { pauses, round, nextTurn } = makeWatch();
    await nextTurn();
    watch.pairingBegins('KX4T9P');
    await nextTurn();
    await round(ok(null, true));
    await round(ok(ASHA, false));
    expect(pauses).toEqual([60_000, 1_000, 1_000, 60_000]);
  });
});

describe('a pairing code', () => {
  const begun = async () => {
    const made = makeWatch();
    await made.round(ok(ASHA));
    watch.pairingBegins('KX4T9P');
    await made.nextTurn();
    return made;
  };

  it('was used when the relay no longer holds it, by the same agent as before, too', async () => {
    const { used, round } = await begun();
    await round(ok(ASHA, true));
    expect(used).toEqual([]);
    await round(ok(ASHA, false));
    expect(used).toEqual([['KX4T9P', ASHA]]);
    await round(ok(ASHA, false));
    expect(used).toHaveLength(1);
  });

  it('was not used by a link that came another way', async () => {
    const { used, round } = await begun();
    await round(ok(RAVI, true));
    expect(used).toEqual([]);
  });

  it('was not used because another relay has not heard of it yet', async () => {
    const { used, round } = await begun();
    await round(ok(ASHA, false));
    await round(ok(ASHA, true));
    expect(used).toEqual([]);
  });

  it('was used by a new link, for a relay that does not say', async () => {
    const { used, round } = await begun();
    await round(ok(ASHA));
    expect(used).toEqual([]);
    await round(ok(RAVI));
    expect(used).toEqual([['KX4T9P', RAVI]]);
  });
});
