/**
 * CPU of one empty poll, relay against a bare Koa and router that answers the same JSON, and against itself with
 * many devices and a long history. Turns are taken in short batches, so that a noisy machine is noisy for both.
 */
import { Agent } from 'node:http';
import { join } from 'node:path';
import {
  Client,
  cpuSeconds,
  inParallel,
  KEYS,
  median,
  residentMegabytes,
  startRelay,
  startServer,
  type Server,
} from './processes.ts';
import { makeFleet, type Device } from './fleet.ts';

const BATCH = 3_000;
/** Until both programs run compiled code; a first batch alone costs up to half as much again. */
const WARM_UP = 4;

type Polls = readonly (() => Promise<unknown>)[];

async function batchCpu(servers: readonly Server[], polls: Polls): Promise<number> {
  const cpu = (): number => servers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const before = cpu();
  await inParallel(BATCH, 16, async (index) => {
    await polls[index % polls.length]();
  });
  return cpu() - before;
}

interface Side {
  readonly servers: readonly Server[];
  readonly polls: Polls;
}

/** CPU seconds of a batch at each side, the median of so many turns; warm before it counts. */
async function batchesByTurns(sides: readonly Side[], turns: number): Promise<readonly number[]> {
  const cpu = sides.map((): number[] => []);
  for (let turn = -WARM_UP; turn < turns; turn++)
    for (const [at, { servers, polls }] of sides.entries()) {
      const seconds = await batchCpu(servers, polls);
      if (turn >= 0) cpu[at].push(seconds);
    }
  return cpu.map(median);
}

/**
 * The displays ask each relay in turn, as behind a proxy, over as many connections on each side of a comparison: Node
 * keeps the last call of every connection.
 */
function pollsAt(servers: readonly Server[], fleet: readonly Device[]): { polls: Polls; close: () => void } {
  const agents = servers.map(() => new Agent({ keepAlive: true, maxSockets: 16 }));
  const polls = fleet.flatMap(({ id, client }) =>
    servers.map(
      ({ url }, nth) =>
        () =>
          client.on(url, agents[nth]).get(`/api/device/poll?device_id=${id}`),
    ),
  );
  return { polls, close: () => agents.forEach((agent) => agent.destroy()) };
}

/** Posts that supersede one another, so that all but a display's last are finished commands; then those, too. */
async function finishCommands(url: string, fleet: readonly Device[], count: number): Promise<void> {
  const app = new Client(url, KEYS.app);
  await inParallel(count, 64, async (index) => {
    const answer = await app.post('/api/device/qr', {
      agent_id: fleet[index % fleet.length].agent,
      qr_text: `finished ${index}`,
    });
    if (answer.status !== 200) throw new Error(`qr: ${answer.status} ${JSON.stringify(answer.body)}`);
  });
  await Promise.all(fleet.map(({ id }) => app.post('/api/device/rotation/start', { device_id: id, reason: 'closed' })));
  app.close();
}

export interface EmptyPoll {
  /** CPU of the relay over CPU of bare Koa. */
  readonly overBareKoa: number;
  /** CPU with 500 devices and `finished` ended commands over CPU with 10 devices and none. */
  readonly growth: number;
  /** CPU with 5,000 devices over CPU with 10. */
  readonly growthTo5000: number;
  readonly microsecondsEach: number;
  readonly finished: number;
  readonly residentMegabytes: number;
}

export async function measureEmptyPoll(finished = 50_000, turns = 7): Promise<EmptyPoll> {
  const bare = await startServer(join(import.meta.dirname, 'bare-koa.mjs'));
  const small = await startRelay();
  const large = await startRelay();
  const vast = await startRelay();
  const few = await makeFleet(small.url, 10);
  const many = await makeFleet(large.url, 500);
  const most = await makeFleet(vast.url, 5_000);

  await finishCommands(large.url, many, finished);

  const bareClient = new Client(bare.url, 'none', new Agent({ keepAlive: true, maxSockets: 16 }));
  const fleets = [pollsAt([small], few), pollsAt([large], many), pollsAt([vast], most)];
  const [bareCpu, smallCpu, largeCpu, vastCpu] = await batchesByTurns(
    [
      { servers: [bare], polls: [() => bareClient.get('/api/device/poll?device_id=x')] },
      ...[small, large, vast].map((server, nth) => ({ servers: [server], polls: fleets[nth].polls })),
    ],
    turns,
  );
  const memory = residentMegabytes(large.pid);
  bareClient.close();
  for (const { close } of fleets) close();
  await Promise.all([bare.stop(), small.stop(), large.stop(), vast.stop()]);
  return {
    overBareKoa: smallCpu / bareCpu,
    growth: largeCpu / smallCpu,
    growthTo5000: vastCpu / smallCpu,
    microsecondsEach: (smallCpu / BATCH) * 1e6,
    finished,
    residentMegabytes: memory,
  };
}

/** CPU of one empty poll at a relay with `many` devices over that at one with `few`, by turns within this run. */
export async function growthOfEmptyPoll(few: number, many: number, turns = 9): Promise<number> {
  const sides = await Promise.all(
    [few, many].map(async (count) => {
      const server = await startRelay();
      const fleet = await makeFleet(server.url, count);
      return { servers: [server], ...pollsAt([server], fleet) };
    }),
  );
  const [small, large] = await batchesByTurns(sides, turns);
  for (const { servers, close } of sides) {
    close();
    await servers[0].stop();
  }
  return large / small;
}

export interface OneAndTwo {
  /** CPU of an empty poll with many displays and a long history over that with ten and none. */
  readonly growthOfOne: number;
  readonly growthOfTwo: number;
  /** CPU of an empty poll, two relays together over one, with many displays and a long history. */
  readonly twoOverOne: number;
}

/**
 * An empty poll at one relay and at two, on a Redis with ten displays and on one with 500 and `finished` ended
 * commands.
 */
export async function emptyPollOnRedis(
  stores: readonly [small: string, large: string],
  finished: number,
  turns = 7,
): Promise<OneAndTwo> {
  const ends: (() => unknown)[] = [];
  const sides: Side[] = [];
  for (const [at, STORE_URL] of stores.entries()) {
    const relays = [await startRelay({ STORE_URL }), await startRelay({ STORE_URL })];
    const fleet = await makeFleet(relays[0].url, at === 0 ? 10 : 500);
    if (at === 1) await finishCommands(relays[0].url, fleet, finished);
    for (const servers of [relays.slice(0, 1), relays]) {
      const { polls, close } = pollsAt(servers, fleet);
      sides.push({ servers, polls });
      ends.push(close);
    }
    ends.push(...fleet.map(({ client }) => client.close), ...relays.map(({ stop }) => stop));
  }
  const [oneSmall, twoSmall, oneLarge, twoLarge] = await batchesByTurns(sides, turns);
  for (const end of ends) await end();
  return { growthOfOne: oneLarge / oneSmall, growthOfTwo: twoLarge / twoSmall, twoOverOne: twoLarge / oneLarge };
}
