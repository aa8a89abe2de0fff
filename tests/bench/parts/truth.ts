import { figure } from '../report.ts';
import { DURABLE, noRedis, startRedis } from '../../rig/redis.ts';
import { measureTruth, type Truth } from '../truth.ts';

const truth = (what: string, { posted, lost, misrouted, repeated }: Truth): void =>
  figure(what, `${posted} posted: ${lost} lost, ${misrouted} misrouted, ${repeated} repeated`, 'goal 0, 0, 0');

export async function run(): Promise<void> {
  truth('4 agents post at once, 1,000 rounds', await measureTruth(4, 1, 1000));
  truth('50 agents post 5 each at once', await measureTruth(50, 5, 1));
  truth('50 agents post 20 each at once', await measureTruth(50, 20, 1));
  const reason = noRedis();
  if (reason !== undefined) {
    console.log(`The same on Redis: ${reason}.`);
    return;
  }
  for (const [what, agents, each, rounds] of [
    ['4 agents post at once, 1,000 rounds, on Redis', 4, 1, 1000],
    ['50 agents post 20 each at once, on Redis', 50, 20, 1],
  ] as const) {
    // An empty one each time, as durable as docs/scaling.md asks.
    const redis = await startRedis(DURABLE);
    try {
      truth(what, await measureTruth(agents, each, rounds, redis.url));
    } finally {
      await redis.remove();
    }
  }
}
