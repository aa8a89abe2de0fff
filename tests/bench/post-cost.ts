/**
 * A relay with a long history and one with none take the same posts by turns, so that a noisy machine is noisy for
 * both.
 */
import { makeFleet } from './fleet.ts';
import { Client, cpuSeconds, inParallel, KEYS, median as medianOf, startRelay } from './processes.ts';

const BATCH = 500;
const TURNS = 7;
const DISPLAYS = 50;

export interface CostOfHistory {
  /** CPU of a post with the history over without. */
  readonly cpu: number;
  readonly median: number;
  /** With the history. */
  readonly microsecondsEach: number;
  readonly medianMs: number;
}

/** `env`: of the one without history, and of the one with. */
export async function costOfHistory(finished: number, env: readonly Record<string, string>[]): Promise<CostOfHistory> {
  const sides = await Promise.all(
    env.map(async (settings) => {
      const relay = await startRelay(settings);
      const fleet = await makeFleet(relay.url, DISPLAYS);
      const app = new Client(relay.url, KEYS.app);
      const post = async (index: number): Promise<void> => {
        const body = { agent_id: fleet[index % DISPLAYS].agent, qr_text: 'https://pay.example/p/8842' };
        const answer = await app.post('/api/device/qr', body);
        if (answer.status !== 200) throw new Error(`qr: ${answer.status} ${JSON.stringify(answer.body)}`);
      };
      return { relay, fleet, app, post, cpu: [] as number[], times: [] as number[] };
    }),
  );
  const [, long] = sides;
  // Each post supersedes the one before it.
  await inParallel(finished, 64, (index) => long.post(index));
  for (let turn = 0; turn < TURNS; turn++)
    for (const side of sides) {
      const before = cpuSeconds(side.relay.pid);
      for (let index = 0; index < BATCH; index++) {
        const started = performance.now();
        await side.post(index);
        side.times.push(performance.now() - started);
      }
      // The first turn warms up.
      if (turn > 0) side.cpu.push(cpuSeconds(side.relay.pid) - before);
    }
  const [[shortCpu, longCpu], [shortMs, longMs]] = [
    sides.map(({ cpu }) => medianOf(cpu)),
    sides.map(({ times }) => medianOf(times)),
  ];
  for (const { relay, fleet, app } of sides) {
    app.close();
    for (const { client } of fleet) client.close();
    await relay.stop();
  }
  return {
    cpu: longCpu / shortCpu,
    median: longMs / shortMs,
    microsecondsEach: (longCpu / BATCH) * 1e6,
    medianMs: longMs,
  };
}
