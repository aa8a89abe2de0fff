/**
 * A fleet under way: every display holds a poll, QR codes are posted at random moments, and each must reach the one
 * display it is for.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFleet, type Device } from './fleet.ts';
import { Client, cpuSeconds, inParallel, KEYS, percentile, residentMegabytes, type Server } from './processes.ts';
import { Wire, WirePool } from './wire.ts';

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

/**
 * Every device polls with `wait` on a connection of its own, one poll after the other, and reports what it gets as
 * shown.
 */
export function holdPolls(relays: readonly Server[], fleet: readonly Device[], waitSeconds: number): Holding {
  const arrived = new Map<string, { at: number; deviceId: string }>();
  const done = new Set<string>();
  let [polls, broken, repeated] = [0, 0, 0];
  let going = true;

  async function round({ id }: Device, wire: Wire): Promise<void> {
    const { status, body } = await wire.get(`/api/device/poll?device_id=${id}&wait=${waitSeconds}`);
    const at = performance.now();
    if (status !== 200) throw new Refused(`poll: ${status} ${JSON.stringify(body)}`);
    polls++;
    for (const { command_id } of body['commands'] as { command_id: string }[]) {
      if (done.has(command_id)) repeated++;
      if (!arrived.has(command_id)) arrived.set(command_id, { at, deviceId: id });
      const answer = await wire.post('/api/device/status', { device_id: id, command_id, status: 'success' });
      if (answer.status !== 200) throw new Refused(`status: ${answer.status} ${JSON.stringify(answer.body)}`);
      done.add(command_id);
    }
  }
  const loops = fleet.map(async (device, index) => {
    const wire = new Wire(relays[index % relays.length].url, device.token);
    // A fleet does not poll in step.
    await sleep((index / fleet.length) * waitSeconds * 1000);
    while (going)
      await round(device, wire).catch(async (error: unknown) => {
        if (error instanceof Refused) throw error;
        broken++;
        await sleep(500);
      });
    wire.close();
  });
  const ended = Promise.all(loops);
  // Told by `stop`; until then it is not unhandled.
  ended.catch(() => undefined);
  return {
    arrived,
    polls: () => polls,
    broken: () => broken,
    repeated: () => repeated,
    stop: async () => {
      going = false;
      await ended;
    },
  };
}

/** The relay answered, but not as it should. A connection that broke is another matter: a kiosk asks again. */
class Refused extends Error {}

/** Throws when a command was lost, went to another display or came again: such a run has no figures. */
export function mustBeTrue(name: string, traffics: readonly Traffic[]): void {
  for (const { posted, lost, misrouted, repeated } of traffics)
    if (posted === 0 || lost + misrouted + repeated > 0)
      throw new Error(`${name}: of ${posted} posts ${lost} were lost, ${misrouted} misrouted, ${repeated} repeated.`);
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
  /** What the load itself cost, of one core. */
  readonly driverShare: number;
  readonly pollsPerSecond: number;
  readonly broken: number;
}

/**
 * Held polls of the whole fleet for `seconds`, with posts of images at random moments. With several relays, both sides
 * go to each in turn.
 */
export async function traffic(
  relays: readonly Server[],
  { devices, perMinute, seconds }: { devices: number; perMinute: number; seconds: number },
): Promise<Traffic> {
  const fleet = await makeFleet(relays[0].url, devices, 'LOAD');
  for (const { client } of fleet) client.close();
  /** The web app's connections: as many as it has calls under way. */
  const apps = relays.map(({ url }) => new WirePool(url, KEYS.app));
  const holding = holdPolls(relays, fleet, 2);
  // Until every display holds its poll.
  await sleep(6_000);

  const posts = new Map<string, { sent: number; answered: number; deviceId: string }>();
  const [cpuBefore, pollsBefore, started] = [cpuOf(relays), holding.polls(), performance.now()];
  const driverBefore = process.cpuUsage();
  let residentMb = 0;
  const posting: Promise<void>[] = [];
  const count = Math.round((perMinute * seconds) / 60);
  for (let index = 0; index < count; index++) {
    await sleep(Math.max(0, started + (index * 60_000) / perMinute - performance.now()));
    const device = fleet[Math.floor(Math.random() * fleet.length)];
    posting.push(
      (async () => {
        const body = { agent_id: device.agent, qr_image: image() };
        const sent = performance.now();
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
  const { user, system } = process.cpuUsage(driverBefore);
  const pollsPerSecond = (holding.polls() - pollsBefore) / elapsed;
  for (let tries = 0; tries < 50 && [...posts.keys()].some((id) => !holding.arrived.has(id)); tries++) await sleep(100);
  const residentEndMb = Math.max(...relays.map(({ pid }) => residentMegabytes(pid)));
  await holding.stop();
  for (const app of apps) app.close();

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
    residentMb: Math.max(residentMb, residentEndMb),
    cpuShare,
    driverShare: (user + system) / 1e6 / elapsed,
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

/** What one held poll costs in memory, with its connection, spread over the relays; kilobytes. */
export async function kilobytesPerHeldPoll(relays: readonly Server[], count: number): Promise<number> {
  const fleet = await makeFleet(relays[0].url, count, 'HOLD');
  for (const { client } of fleet) client.close();
  await sleep(1_000);
  const memory = (): number => relays.reduce((sum, { pid }) => sum + residentMegabytes(pid), 0);
  const before = memory();
  const wires = fleet.map(({ token }, index) => new Wire(relays[index % relays.length].url, token));
  const held = wires.map((wire, index) => wire.get(`/api/device/poll?device_id=${fleet[index].id}&wait=10`));
  await sleep(6_000);
  const after = memory();
  await Promise.all(held);
  for (const wire of wires) wire.close();
  return ((after - before) * 1024) / count;
}
