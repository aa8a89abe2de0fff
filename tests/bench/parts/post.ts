/**
 * What 50,000 finished commands cost a post: CPU of the relay and time until it is answered, over a relay that has
 * none.
 */
import { DURABLE, noRedis, startRedis } from '../../support/process/redis.ts';
import { costOfHistory } from '../post-cost.ts';
import { figure } from '../report.ts';

const FINISHED = 50_000;

async function tell(store: string, env: Record<string, string>[]): Promise<void> {
  const { cpu, median, microsecondsEach, medianMs } = await costOfHistory(FINISHED, env);
  figure(
    `${store}: CPU of a post after ${FINISHED} finished over none`,
    `${cpu.toFixed(2)} x (${microsecondsEach.toFixed(0)} us)`,
    'goal at most 1.15 x',
  );
  figure(`${store}: median time of a post, one at a time`, `${median.toFixed(2)} x (${medianMs.toFixed(1)} ms)`);
}

export async function run(): Promise<void> {
  await tell('lowdb', [{}, {}]);
  const why = noRedis();
  if (why !== undefined) {
    figure('the same on Redis', `not measured: ${why}`);
    return;
  }
  const servers = [await startRedis(DURABLE), await startRedis(DURABLE)];
  try {
    await tell(
      'Redis',
      servers.map(({ url }) => ({ STORE_URL: url })),
    );
  } finally {
    for (const server of servers) await server.remove();
  }
}
