import { figure } from '../report.ts';
import { DURABLE, noRedis, startRedis } from '../../support/process/redis.ts';
import { measureTruth, type Truth } from '../truth.ts';

function truth(what: string, { posted, lost, misrouted, repeated }: Truth): void {
  const told = `${posted} posted: ${lost} lost, ${misrouted} misrouted, ${repeated} repeated`;
  figure(what, told, 'goal 0, 0, 0');
  if (posted === 0 || lost + misrouted + repeated > 0) throw new Error(`${what}: ${told}`);
}

export async function run(): Promise<void> {
  truth('4 agents post at once, 1,000 rounds', await measureTruth(4, 1, 1000));
  truth('50 agents post 5 each at once', await measureTruth(50, 5, 1));
  truth('50 agents post 20 each at once', await measureTruth(50, 20, 1));
  const reason = noRedis();
  if (reason !== undefined) {
    console.log(`The same on Redis: ${reason}.`);
    return;
  }
  for (const [what, agents, each, rounds, relays] of [
    ['4 agents post at once, 1,000 rounds, on Redis', 4, 1, 1000, 1],
    ['50 agents post 20 each at once, on Redis', 50, 20, 1, 1],
    ['4 agents post at once, 1,000 rounds, two relays on Redis', 4, 1, 1000, 2],
    ['50 agents post 20 each at once, two relays on Redis', 50, 20, 1, 2],
  ] as const) {
    // An empty one each time, as durable as docs/scaling.md asks.
    const redis = await startRedis(DURABLE);
    try {
      truth(what, await measureTruth(agents, each, rounds, { storeUrl: redis.url, relays }));
    } finally {
      await redis.remove();
    }
  }
}
