/** A fleet under way: every display holds a poll, QR codes are posted at random moments, and each must reach the one display it is for. */
import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFleet, type Device } from './fleet.ts';
import { Client, cpuSeconds, inParallel, KEYS, percentile, residentMegabytes, type Server } from './processes.ts';

/** A PNG's beginning and then noise: 20 KB before base64, as web apps send. */
const IMAGE_BYTES = 20_000;
export function image(): string {
  const bytes = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(IMAGE_BYTES - 8)]);
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

export interface Holding {
  /** When each command arrived at a display, and at which. */
  readonly arrived: ReadonlyMap<string, { readonly at: number; readonly deviceId: string }>;
  readonly polls: () => number;
  /** Polls whose connection broke; the display asks again, as a kiosk does. */
  readonly broken: () => number;
  /** Commands that came again after they were reported as shown. */
  readonly repeated: () => number;
  stop(): Promise<void>;
}

/** Every device polls with `wait`, one poll after the other, and reports what it gets as shown. */
export function holdPolls(fleet: readonly Device[], waitSeconds: number): Holding {
  const arrived = new Map<string, { at: number; deviceId: string }>();
  const done = new Set<string>();
  let [polls, broken, repeated] = [0, 0, 0];
  let going = true;
  const loops = fleet.map(async (device, index) => {
    // A fleet does not poll in step.
    await sleep((index / fleet.length) * waitSeconds * 1000);
    while (going) {
      const path = `/api/device/poll?device_id=${device.id}&wait=${waitSeconds}`;
      const answered = await device.client.get(path).catch(() => undefined);
      if (!answered) {
        broken++;
        await sleep(500);
        continue;
      }
      const { status, body } = answered;
      if (status !== 200) throw new Error(`poll: ${status} ${JSON.stringify(body)}`);
      polls++;
      for (const { command_id } of body['commands'] as { command_id: string }[]) {
        if (done.has(command_id)) repeated++;
        if (!arrived.has(command_id)) arrived.set(command_id, { at: performance.now(), deviceId: device.id });
        const report = { device_id: device.id, command_id, status: 'success' };
        const answer = await device.client.post('/api/device/status', report);
        if (answer.status !== 200) throw new Error(`status: ${answer.status}`);
        done.add(command_id);
      }
    }
  });
  return {
    arrived,
    polls: () => polls,
    broken: () => broken,
    repeated: () => repeated,
    stop: async () => {
      going = false;
      await Promise.all(loops);
    },
  };
}

export interface Traffic {
  readonly posted: number;
  readonly lost: number;
  readonly misrouted: number;
  readonly repeated: number;
  /** From the answered post until the display held the command; milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** From sending the post. */
  readonly wholeP99Ms: number;
  readonly residentMb: number;
  /** Of one core. */
  readonly cpuShare: number;
  readonly pollsPerSecond: number;
  readonly broken: number;
}

/** Held polls of the whole fleet for `seconds`, with posts of images at random moments. With several relays, both sides go to each in turn. */
export async function traffic(
  relays: readonly Server[],
  { devices, perMinute, seconds }: { devices: number; perMinute: number; seconds: number },
): Promise<Traffic> {
  const fleet = await makeFleet(relays[0].url, devices, 'LOAD');
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const clients = fleet.map(({ client }, index) => client.on(relays[index % relays.length].url, agent));
  const spread = fleet.map((device, index) => ({ ...device, client: clients[index] }));
  const apps = relays.map(({ url }) => new Client(url, KEYS.app));
  const holding = holdPolls(spread, 2);
  // Until every display holds its poll.
  await sleep(4_000);

  const posts = new Map<string, { sent: number; answered: number; deviceId: string }>();
  const [cpuBefore, pollsBefore, started] = [cpuOf(relays), holding.polls(), performance.now()];
  let residentMb = 0;
  const posting: Promise<void>[] = [];
  const count = Math.round((perMinute * seconds) / 60);
  for (let index = 0; index < count; index++) {
    await sleep(Math.max(0, started + (index * 60_000) / perMinute - performance.now()));
    const device = fleet[Math.floor(Math.random() * fleet.length)];
    posting.push(
      (async () => {
        const sent = performance.now();
        const body = { agent_id: device.agent, qr_image: image() };
        const answer = await apps[index % apps.length].post('/api/device/qr', body);
        if (answer.status !== 200) throw new Error(`qr: ${answer.status} ${JSON.stringify(answer.body)}`);
        posts.set(String(answer.body['command_id']), { sent, answered: performance.now(), deviceId: device.id });
      })(),
    );
    if (index % 10 === 0) residentMb = Math.max(residentMb, ...relays.map(({ pid }) => residentMegabytes(pid)));
  }
  await Promise.all(posting);
  const elapsed = (performance.now() - started) / 1000;
  const cpuShare = (cpuOf(relays) - cpuBefore) / elapsed;
  const pollsPerSecond = (holding.polls() - pollsBefore) / elapsed;
  for (let tries = 0; tries < 50 && [...posts.keys()].some((id) => !holding.arrived.has(id)); tries++) await sleep(100);
  await holding.stop();
  agent.destroy();
  for (const app of apps) app.close();
  for (const { client } of fleet) client.close();

  const delays: number[] = [];
  const wholes: number[] = [];
  let [lost, misrouted] = [0, 0];
  for (const [id, { sent, answered, deviceId }] of posts) {
    const arrival = holding.arrived.get(id);
    if (!arrival) lost++;
    else if (arrival.deviceId !== deviceId) misrouted++;
    else {
      delays.push(Math.max(0, arrival.at - answered));
      wholes.push(arrival.at - sent);
    }
  }
  return {
    posted: posts.size,
    lost,
    misrouted,
    repeated: holding.repeated(),
    p50Ms: percentile(delays, 0.5),
    p99Ms: percentile(delays, 0.99),
    wholeP99Ms: percentile(wholes, 0.99),
    residentMb,
    cpuShare,
    pollsPerSecond,
    broken: holding.broken(),
  };
}

const cpuOf = (relays: readonly Server[]): number => relays.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);

/** Durable posts a second, so many at a time, spread over the relays. */
export async function postsPerSecond(relays: readonly Server[], posts: number, withImage: boolean): Promise<number> {
  const fleet = await makeFleet(relays[0].url, 100, withImage ? 'IMAGE' : 'TEXT');
  const apps = relays.map(({ url }) => new Client(url, KEYS.app));
  const content = withImage ? { qr_image: image() } : { qr_text: 'https://pay.example/p/8842' };
  const started = performance.now();
  await inParallel(posts, 64, async (index) => {
    const body = { agent_id: fleet[index % fleet.length].agent, ...content };
    const answer = await apps[index % apps.length].post('/api/device/qr', body);
    if (answer.status !== 200) throw new Error(`qr: ${answer.status} ${JSON.stringify(answer.body)}`);
  });
  const perSecond = posts / ((performance.now() - started) / 1000);
  for (const app of apps) app.close();
  for (const { client } of fleet) client.close();
  return perSecond;
}

/** What one held poll costs in memory, with its connection; kilobytes. */
export async function kilobytesPerHeldPoll(relay: Server, count: number): Promise<number> {
  const fleet = await makeFleet(relay.url, count, 'HOLD');
  for (const { client } of fleet.slice(0, 1)) client.close();
  await sleep(1_000);
  const before = residentMegabytes(relay.pid);
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const held = fleet.map(({ id, client }) =>
    client.on(relay.url, agent).get(`/api/device/poll?device_id=${id}&wait=10`),
  );
  await sleep(6_000);
  const after = residentMegabytes(relay.pid);
  await Promise.all(held);
  agent.destroy();
  return ((after - before) * 1024) / count;
}
