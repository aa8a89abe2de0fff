/**
 * CPU of one empty poll, relay against a bare Koa and router that answers the same JSON, and against itself with
 * many devices and a long history. Turns are taken in short batches, so that a noisy machine is noisy for both.
 */
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

async function batchCpu(server: Server, polls: readonly (() => Promise<unknown>)[]): Promise<number> {
  const before = cpuSeconds(server.pid);
  await inParallel(BATCH, 16, async (index) => {
    await polls[index % polls.length]();
  });
  return cpuSeconds(server.pid) - before;
}

const pollsOf = (fleet: readonly Device[]): (() => Promise<unknown>)[] =>
  fleet.map((device) => () => device.client.get(`/api/device/poll?device_id=${device.id}`));

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

  // Each post supersedes the one before it, so every post but a display's last is a finished command.
  const app = new Client(large.url, KEYS.app);
  await inParallel(finished, 64, async (index) => {
    const answer = await app.post('/api/device/qr', {
      agent_id: many[index % many.length].agent,
      qr_text: `finished ${index}`,
    });
    if (answer.status !== 200) throw new Error(`qr: ${answer.status} ${JSON.stringify(answer.body)}`);
  });
  await Promise.all(
    many.map((device) => app.post('/api/device/rotation/start', { device_id: device.id, reason: 'closed' })),
  );
  app.close();

  const bareClient = new Client(bare.url, 'none');
  const sides = [
    { server: bare, polls: [() => bareClient.get('/api/device/poll?device_id=x')], cpu: [] as number[] },
    { server: small, polls: pollsOf(few), cpu: [] as number[] },
    { server: large, polls: pollsOf(many), cpu: [] as number[] },
    { server: vast, polls: pollsOf(most), cpu: [] as number[] },
  ];
  for (const side of sides) await batchCpu(side.server, side.polls);
  for (let turn = 0; turn < turns; turn++)
    for (const side of sides) side.cpu.push(await batchCpu(side.server, side.polls));

  const [bareCpu, smallCpu, largeCpu, vastCpu] = sides.map((side) => median(side.cpu));
  const memory = residentMegabytes(large.pid);
  bareClient.close();
  for (const device of [...few, ...many, ...most]) device.client.close();
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
export async function growthOfEmptyPoll(few: number, many: number, turns = 5): Promise<number> {
  const sides = await Promise.all(
    [few, many].map(async (count) => {
      const server = await startRelay();
      const fleet = await makeFleet(server.url, count);
      return { server, fleet, polls: pollsOf(fleet), cpu: [] as number[] };
    }),
  );
  for (const { server, polls } of sides) await batchCpu(server, polls);
  for (let turn = 0; turn < turns; turn++)
    for (const { server, polls, cpu } of sides) cpu.push(await batchCpu(server, polls));
  for (const { server, fleet } of sides) {
    for (const { client } of fleet) client.close();
    await server.stop();
  }
  const [small, large] = sides.map(({ cpu }) => median(cpu));
  return large / small;
}
