/**
 * What polls take while somebody without a key sends bodies that unpack to a million brackets, 286 in ten seconds: with
 * 0.1 a poll took 42 s then. Beside it the same polls in peace, in the same run.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync } from 'node:zlib';
import { makeFleet, type Device } from './fleet.ts';
import { startRelay } from './processes.ts';

const PHASE_MS = 10_000;
const POSTS = 286;
const DISPLAYS = 50;
const POLL_EVERY_MS = 500;
const BODY = brotliCompressSync('['.repeat(1_000_000));
const OPEN_CALLS = ['/admin/login', '/enrol', '/register'];

export interface UnderAttack {
  /** Milliseconds of a poll that holds nothing. */
  readonly p99InPeace: number;
  readonly p99: number;
  readonly longest: number;
  readonly polls: number;
  /** Posts of the attack by the status that they got. */
  readonly answers: ReadonlyMap<number, number>;
}

async function pollFor(ms: number, fleet: readonly Device[]): Promise<number[]> {
  const took: number[] = [];
  const until = performance.now() + ms;
  await Promise.all(
    fleet.map(async ({ id, client }, nth) => {
      await sleep((nth * POLL_EVERY_MS) / fleet.length);
      while (performance.now() < until) {
        const from = performance.now();
        const { status } = await client.get(`/api/device/poll?device_id=${id}`);
        if (status !== 200) throw new Error(`poll: ${status}`);
        const ownMs = performance.now() - from;
        took.push(ownMs);
        await sleep(Math.max(0, POLL_EVERY_MS - ownMs));
      }
    }),
  );
  return took.sort((one, other) => one - other);
}

/** The status; 0 when the connection was closed instead. */
const postOnce = (url: string, agent: Agent): Promise<number> =>
  new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'br', 'content-length': BODY.length };
    request(url, { method: 'POST', agent, headers }, (answer) =>
      answer.resume().on('close', () => resolve(answer.statusCode ?? 0)),
    )
      .on('error', () => resolve(0))
      .end(BODY);
  });

async function attackFor(ms: number, url: string): Promise<Map<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const answers = new Map<number, number>();
  const posts: Promise<void>[] = [];
  for (let n = 0; n < POSTS; n++) {
    const sent = postOnce(`${url}/api/device${OPEN_CALLS[n % OPEN_CALLS.length]}`, agent);
    posts.push(sent.then((status) => void answers.set(status, (answers.get(status) ?? 0) + 1)));
    await sleep(ms / POSTS);
  }
  await Promise.all(posts);
  agent.destroy();
  return answers;
}

const p99Of = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99)] ?? NaN;

export async function measureAttack(): Promise<UnderAttack> {
  // As an operator has it, limits and all.
  const relay = await startRelay({ RATE_LIMITS: 'on' });
  const fleet = await makeFleet(relay.url, DISPLAYS);
  try {
    await pollFor(2_000, fleet);
    const peace = await pollFor(PHASE_MS, fleet);
    const [attacked, answers] = await Promise.all([pollFor(PHASE_MS, fleet), attackFor(PHASE_MS, relay.url)]);
    return {
      p99InPeace: p99Of(peace),
      p99: p99Of(attacked),
      longest: attacked.at(-1) ?? NaN,
      polls: attacked.length,
      answers,
    };
  } finally {
    for (const { client } of fleet) client.close();
    await relay.stop();
  }
}
