/** Where the load under kills runs: one relay on lowdb, or two on one Redis behind nginx. */
import { startNginx } from '../process/nginx.ts';
import { DURABLE, startRedis } from '../process/redis.ts';
import { startRelay, type TestRelay } from '../process/relay.ts';
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

export const tellOf = ({ posted, shown, unreported, linkChanges }: Toll): string =>
  `${posted} posted, ${shown} shown, ${unreported} told as unreported; ${linkChanges} changes of links`;
