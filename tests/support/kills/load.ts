/**
 * Agents post and displays take, through one address, while relays are killed. Afterwards everything is counted: each
 * acknowledged post was shown by its own display, once, or the relay says why not; each acknowledged change of a link
 * holds.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEYS } from '../process/relay.ts';
import { until } from '../wait.ts';
import { ask, must } from './ask.ts';
import { Displays } from './displays.ts';
import { Movers } from './links.ts';
import type { Receiver } from './webhooks.ts';

export interface KillLoad {
  readonly url: string;
  readonly agents: number;
  readonly kills: number;
  /** Kills a relay and starts it again. */
  readonly kill: (nth: number) => Promise<void>;
  /** Who is told of ends. */
  readonly receiver: Receiver;
}

export interface Toll {
  readonly posted: number;
  readonly shown: number;
  /**
   * Acknowledged and neither shown nor given up as unreported; each with what the relay says of it, and how often it
   * was handed out.
   */
  readonly lost: readonly string[];
  readonly misrouted: readonly string[];
  /** Handed out again after its success was acknowledged. */
  readonly returned: readonly string[];
  /** The same post twice on the screen under two commands. */
  readonly doubled: readonly string[];
  /** Given up by the relay after three hand-outs that were never reported, and said so. */
  readonly unreported: number;
  /** Acknowledged links, moves, takeovers and log-outs. */
  readonly linkChanges: number;
  /** Links that were otherwise than acknowledged, or that the audit does not know. */
  readonly lostLinks: readonly string[];
  /** Ended commands of which no webhook told. */
  readonly untold: readonly string[];
}

/** Of one agent. A display that is slower than its agent (a busy machine) makes the agent wait, as at a counter. */
const MAX_WAITING = 20;
/** A day: what a busy machine does not show in time is not to expire, because then nothing would be known of it. */
const EXPIRES_SECONDS = 86_400;
/** Nothing shown and nothing told for so long: it will not come any more. */
const STILL_MS = 90_000;

export async function underKills({ url, agents, kills, kill, receiver }: KillLoad): Promise<Toll> {
  const displays = new Displays(url);
  const lanes = Array.from({ length: agents }, (_, n) => n);
  for (const n of lanes) {
    await displays.register(`device_${n}`);
    await must(url, '/link', KEYS.app, { agent_id: `agent_${n}`, device_id: `device_${n}` });
  }
  const movers = new Movers(url, displays);
  await movers.register();

  /** Command id by post. */
  const acknowledged = new Map<string, string>();
  const state = { posting: true };

  /** So many more are acknowledged. */
  const posts = async (more: number): Promise<void> => {
    const goal = acknowledged.size + more;
    await until(`${more} posts are acknowledged`, () => acknowledged.size >= goal, { timeoutMs: 300_000, everyMs: 5 });
  };
  const post = async (n: number): Promise<void> => {
    const mine: string[] = [];
    while (state.posting) {
      if (mine.filter((id) => !displays.shown.has(id)).length >= MAX_WAITING) {
        await sleep(20);
        continue;
      }
      const id = `device_${n} ${randomUUID()}`;
      const picture = randomInt(4) === 0;
      const answer = await must(url, '/qr', KEYS.app, {
        agent_id: `agent_${n}`,
        qr_text: id,
        idempotency_key: id,
        expires_in: EXPIRES_SECONDS,
        ...(picture ? { policy_number: id.slice(0, 20) } : {}),
      });
      acknowledged.set(id, String(answer['command_id']));
      mine.push(id);
      await sleep(randomInt(5, 60));
    }
  };
  displays.start();
  const posting = Promise.all(lanes.map(post));
  const moving = movers.run(() => state.posting);
  const killing = (async () => {
    for (let nth = 0; nth < kills; nth++) {
      await posts(randomInt(2, 12));
      // Somewhere in the middle of what comes next.
      await sleep(randomInt(0, 60));
      await kill(nth);
    }
    await posts(4);
    state.posting = false;
  })();
  await Promise.all([posting, moving, killing]);

  const fateOf = async (commandId: string): Promise<string> => {
    const { status, body } = await ask(url, 'GET', `/command/${commandId}`, KEYS.app);
    return [status, body['state'], body['reason'], body['deliveries']].map(String).join(' ');
  };
  const told = new Map<string, string>();
  const openOnes = (): [string, string][] =>
    [...acknowledged].filter(([id, commandId]) => !displays.shown.has(id) && !told.has(commandId));
  for (let [left, since] = [Infinity, performance.now()]; performance.now() - since < STILL_MS; await sleep(300)) {
    for (const [, commandId] of openOnes()) {
      const fate = await fateOf(commandId);
      if (fate.includes('unreported')) told.set(commandId, fate);
    }
    const still = openOnes().length;
    if (still === 0) break;
    if (still < left) [left, since] = [still, performance.now()];
  }
  const lost: string[] = [];
  for (const [id, commandId] of openOnes()) lost.push(`${id} ${await fateOf(commandId)}`);
  const lostLinks = [...movers.wrong, ...(await movers.check())];
  for (const n of lanes) {
    const { body } = await ask(url, 'GET', `/link?agent_id=agent_${n}`, KEYS.app);
    if (body['device_id'] !== `device_${n}`) lostLinks.push(`agent_${n}: ${JSON.stringify(body)}`);
  }
  await displays.stop();
  return {
    posted: acknowledged.size,
    shown: [...acknowledged.keys()].filter((id) => displays.shown.has(id)).length,
    lost,
    misrouted: displays.misrouted,
    returned: displays.returned,
    doubled: [...displays.shown].flatMap(([id, commandIds]) => (commandIds.size > 1 ? [id] : [])),
    unreported: [...acknowledged].filter(([id, commandId]) => told.has(commandId) && !displays.shown.has(id)).length,
    linkChanges: movers.changes,
    lostLinks,
    untold: await receiver.untold(url),
  };
}
