/**
 * The same load on each store: for docs/scaling.md, which says when to move from lowdb to Redis and what more relays
 * bring.
 */
import { Agent } from 'node:http';
import { DURABLE, noRedis, startRedis, type TestRedis } from '../../support/process/redis.ts';
import { makeFleet } from '../fleet.ts';
import { mustBeTrue, postsPerSecond, traffic } from '../load.ts';
import { postOverFloor } from '../post-floor.ts';
import { cpuSeconds, inParallel, residentMegabytes, startRelay, type Server } from '../processes.ts';
import { figure } from '../report.ts';

const POLLS = 20_000;
const DISPLAYS = 1_000;

interface Figures {
  readonly posts: number;
  readonly polls: number;
}

/**
 * Empty polls a second, 32 at a time, and what one costs the relays. This process needs a core of its own to ask them.
 */
async function emptyPolls(relays: readonly Server[]): Promise<{ perSecond: number; microseconds: number }> {
  const fleet = await makeFleet(relays[0].url, 200, 'POLL');
  const agents = relays.map(() => new Agent({ keepAlive: true, maxSockets: 32 }));
  const sides = relays.map(({ url }, nth) =>
    fleet.map(({ id, client }) => ({ id, client: client.on(url, agents[nth]) })),
  );
  const ask = async (index: number): Promise<void> => {
    const side = sides[index % sides.length];
    const { id, client } = side[Math.floor(index / sides.length) % side.length];
    await client.get(`/api/device/poll?device_id=${id}`);
  };
  await inParallel(2_000, 32, ask);
  const started = performance.now();
  const pids = relays.map(({ pid }) => pid);
  const [, microseconds] = await costOf(pids, POLLS, () => inParallel(POLLS, 32, ask));
  const perSecond = POLLS / ((performance.now() - started) / 1000);
  for (const agent of agents) agent.destroy();
  for (const { client } of fleet) client.close();
  return { perSecond, microseconds };
}

/**
 * CPU of these processes while `work` is done, in microseconds for each of `count`: it hardly depends on what else the
 * machine does.
 */
async function costOf<T>(pids: readonly number[], count: number, work: () => Promise<T>): Promise<[T, number]> {
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = cpu();
  const result = await work();
  return [result, ((cpu() - before) / count) * 1e6];
}

/** Registrations and links before the posts, which are written as the posts are. */
const WRITES_BEFORE = 200;

async function measure(name: string, relays: readonly Server[], redis?: TestRedis): Promise<Figures> {
  const idle = residentMegabytes(relays[0].pid);
  const polls = await emptyPolls(relays);
  const pids = relays.map(({ pid }) => pid);
  const [[posts, redisCost], cost] = await costOf(pids, 3_000 + WRITES_BEFORE, () =>
    costOf(redis ? [redis.pid] : [], 3_000 + WRITES_BEFORE, () => postsPerSecond(relays, 3_000, false)),
  );
  const [images, imageCost] = await costOf(pids, 1_000 + WRITES_BEFORE, () => postsPerSecond(relays, 1_000, true));
  const under = await traffic(relays, { devices: DISPLAYS, perMinute: 600, seconds: 15 });
  mustBeTrue(name, [under]);
  figure(`${name}: durable posts, 64 at a time`, `${posts.toFixed(0)} /s text, ${images.toFixed(0)} /s of 20 KB`);
  figure(
    `${name}: CPU of a post`,
    `${cost.toFixed(0)} us text, ${imageCost.toFixed(0)} us of 20 KB${redis ? `; Redis ${redisCost.toFixed(0)} us` : ''}`,
  );
  figure(
    `${name}: empty polls`,
    `${polls.perSecond.toFixed(0)} /s, ${polls.microseconds.toFixed(0)} us of a core each`,
  );
  figure(
    `${name}: ${DISPLAYS} held polls, 600 QR/min of 20 KB`,
    `post to hands p50 ${under.p50Ms.toFixed(1)}, p99 ${under.p99Ms.toFixed(1)} ms; ${under.lost} lost, ${under.misrouted} misrouted; ` +
      `${(100 * under.cpuShare).toFixed(0)} % of a core`,
  );
  figure(`${name}: memory of a relay (RSS)`, `${idle.toFixed(0)} MB empty, ${under.residentMb.toFixed(0)} MB then`);
  return { posts, polls: polls.perSecond };
}

/** One post at a time. */
async function overFloor(name: string, relay: Server, withImage: boolean, goal: string): Promise<void> {
  const { postMs, refusedMs, appendMs, ratio } = await postOverFloor(relay, withImage);
  figure(
    `${name}: an answered post, ${withImage ? 'image of 20 KB' : 'text'}`,
    `${ratio.toFixed(2)} x (${postMs.toFixed(2)} ms; refused ${refusedMs.toFixed(2)}, bare append ${appendMs.toFixed(2)})`,
    `goal at most ${goal} x`,
  );
}

export async function run(): Promise<void> {
  const lowdb = await startRelay();
  await overFloor('lowdb', lowdb, false, '1.4');
  await overFloor('lowdb', lowdb, true, '1.6');
  const alone = await measure('lowdb', [lowdb]);
  await lowdb.stop();
  const why = noRedis();
  if (why !== undefined) {
    figure('the same on Redis', `not measured: ${why}`);
    return;
  }
  const one = await onRedis('one relay on Redis', 1);
  const two = await onRedis('two relays on Redis', 2);
  figure('posts: Redis over lowdb', `${(one.posts / alone.posts).toFixed(2)} x`);
  figure('posts: two relays over one', `${(two.posts / one.posts).toFixed(2)} x`);
  figure('empty polls: two relays over one', `${(two.polls / one.polls).toFixed(2)} x`);
}

/** With an empty Redis of their own, as durable as docs/scaling.md asks. */
async function onRedis(name: string, count: number): Promise<Figures> {
  const redis = await startRedis(DURABLE);
  const relays: Server[] = [];
  try {
    for (let n = 0; n < count; n++) relays.push(await startRelay({ STORE_URL: redis.url }));
    return await measure(name, relays, redis);
  } finally {
    for (const relay of relays) await relay.stop();
    await redis.remove();
  }
}
