/** Where the load under kills runs: one relay on lowdb, or two on one Redis behind nginx. */
import { startNginx } from '../process/nginx.ts';
import { DURABLE, startRedis } from '../process/redis.ts';
import { startSentinelRedis, type SentinelRedis } from '../process/redis-sentinels.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEYS, startRelay, type TestRelay } from '../process/relay.ts';
import { must } from './ask.ts';
import { underKills, type Toll } from './load.ts';
import { Receiver } from './webhooks.ts';

/**
 * Short leases, so that what a killed relay had handed out comes back while the test runs; long queues, every QR shown.
 */
const ENV = { QUEUE_POLICY: 'fifo', LEASE_SECONDS: '1', MAX_QUEUED_PER_DEVICE: '10000', LOG_LEVEL: 'warn' };

async function killAndStart(relay: TestRelay): Promise<void> {
  await relay.stop('SIGKILL');
  await relay.start();
}

export async function killLowdbRelay(kills: number): Promise<Toll> {
  const receiver = new Receiver();
  const relay = await startRelay({ env: { ...ENV, ...(await receiver.start()) } });
  try {
    const kill = (): Promise<void> => killAndStart(relay);
    const toll = await underKills({ url: relay.origin, agents: 4, kills, kill, receiver });
    const { body } = await relay.call('GET', '/health');
    if ('damaged_files' in body) throw new Error(`Damage after kills: ${JSON.stringify(body)}`);
    return toll;
  } finally {
    await receiver.stop();
    await relay.remove();
  }
}

/** Now one, now the other of two relays is killed; the address stays. */
export async function killRelaysOnRedis(kills: number): Promise<Toll> {
  const redis = await startRedis(DURABLE);
  const relays: TestRelay[] = [];
  const receiver = new Receiver();
  try {
    const env = { ...ENV, ...(await receiver.start()), STORE_URL: redis.url };
    for (const _ of [1, 2]) relays.push(await startRelay({ env }));
    const nginx = await startNginx(relays.map(({ origin }) => Number(new URL(origin).port)));
    try {
      const kill = (nth: number): Promise<void> => killAndStart(relays[nth % 2]);
      return await underKills({ url: nginx.url, agents: 4, kills, kill, receiver });
    } finally {
      await nginx.remove();
    }
  } finally {
    await receiver.stop();
    for (const relay of relays) await relay.remove();
    await redis.remove();
  }
}

interface Loss {
  readonly way: string;
  /** Resolves as soon as it is lost; what it answers brings it back. */
  readonly lose: (redis: SentinelRedis) => Promise<() => Promise<void>>;
}

const PAUSE_MS = 20_000;

const LOSSES: readonly Loss[] = [
  {
    way: 'the master is killed',
    async lose(redis) {
      const master = await redis.agreedMaster();
      await master.stop('SIGKILL');
      return async () => {
        await redis.nextMaster(master);
        await master.start();
      };
    },
  },
  {
    way: 'the master stands still for 20 s, and goes on as if nothing had been',
    async lose(redis) {
      const master = await redis.agreedMaster();
      process.kill(master.pid, 'SIGSTOP');
      return async () => {
        await sleep(PAUSE_MS);
        process.kill(master.pid, 'SIGCONT');
        await redis.nextMaster(master);
      };
    },
  },
  {
    way: 'a replica is killed',
    async lose(redis) {
      const master = await redis.agreedMaster();
      const replica = redis.nodes.find((node) => node !== master);
      await replica?.stop('SIGKILL');
      return async () => replica?.start();
    },
  },
  {
    way: 'two of three sentinels are killed',
    async lose(redis) {
      const [first, second] = redis.sentinels;
      await Promise.all([first.stop(), second.stop()]);
      return async () => {
        first.start();
        second.start();
      };
    },
  },
];

/** A write that changes nothing, asked for again and again until it is accepted. */
class Probe {
  private constructor(readonly url: string) {}

  static async register(url: string): Promise<Probe> {
    await must(url, '/register', KEYS.enrol, { device_id: 'device_probe', computer_name: 'PROBE', kind: 'kiosk' });
    return new Probe(url);
  }

  async isAccepted(): Promise<void> {
    await must(this.url, '/link', KEYS.app, { agent_id: 'agent_probe', device_id: 'device_probe' });
  }
}

/**
 * Of a Redis with sentinels, one process after the other is lost beside two relays behind nginx, in the ways above, and
 * comes back.
 */
export async function loseRedis(losses: number): Promise<{
  readonly toll: Toll;
  readonly acceptedAfterMs: readonly { readonly way: string; readonly ms: number }[];
}> {
  const acceptedAfterMs: { way: string; ms: number }[] = [];
  const redis = await startSentinelRedis();
  const relays: TestRelay[] = [];
  const receiver = new Receiver();
  try {
    const env = { ...ENV, ...(await receiver.start()), STORE_URL: redis.url, REDIS_REPLICAS: '1' };
    for (const _ of [1, 2]) relays.push(await startRelay({ env }));
    const nginx = await startNginx(relays.map(({ origin }) => Number(new URL(origin).port)));
    const probe = await Probe.register(nginx.url);
    const kill = async (nth: number): Promise<void> => {
      const { way, lose } = LOSSES[nth % LOSSES.length];
      const lostAt = performance.now();
      const giveBack = await lose(redis);
      const accepted = probe.isAccepted().then(() => performance.now() - lostAt);
      await giveBack();
      await redis.isWhole();
      acceptedAfterMs.push({ way, ms: await accepted });
    };
    try {
      const toll = await underKills({ url: nginx.url, agents: 4, kills: losses, kill, receiver });
      return { toll, acceptedAfterMs };
    } finally {
      await nginx.remove();
    }
  } finally {
    await receiver.stop();
    for (const relay of relays) await relay.remove();
    await redis.remove();
  }
}

export const tellOf = ({ posted, shown, unreported, linkChanges }: Toll): string =>
  `${posted} posted, ${shown} shown, ${unreported} told as unreported; ${linkChanges} changes of links`;
