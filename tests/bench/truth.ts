/**
 * Nothing lost, nothing misrouted, nothing repeated: agents post at once while their displays take commands.
 * With QUEUE_POLICY=fifo every post must reach the screen, so that each acknowledged command can be counted.
 */
import { randomUUID } from 'node:crypto';
import { Client, KEYS, startRelay } from './processes.ts';
import { makeFleet, takeAll } from './fleet.ts';

export interface Truth {
  readonly posted: number;
  readonly lost: number;
  readonly misrouted: number;
  readonly repeated: number;
}

/**
 * `storeUrl`: a Redis instead of lowdb. Of several relays on it the posts go to each in turn, while the displays poll
 * the last.
 */
export async function measureTruth(
  agents: number,
  postsEach: number,
  rounds: number,
  { storeUrl, relays: count = 1 }: { readonly storeUrl?: string; readonly relays?: number } = {},
): Promise<Truth> {
  const start = () =>
    startRelay({
      QUEUE_POLICY: 'fifo',
      MAX_QUEUED_PER_DEVICE: '1000',
      ...(storeUrl === undefined ? {} : { STORE_URL: storeUrl }),
    });
  const relays = await Promise.all(Array.from({ length: count }, start));
  const fleet = await makeFleet(relays[count - 1].url, agents);
  const apps = relays.map(({ url }) => new Client(url, KEYS.app));
  let turn = 0;
  const acknowledged = new Map<string, string>();
  const seen = new Map<string, number>();
  let misrouted = 0;

  let posting = true;
  const takers = fleet.map(async (device) => {
    for (let empty = 0; posting || empty < 2;) {
      const commands = await takeAll(device, posting ? 0.2 : 0);
      empty = commands.length === 0 ? empty + 1 : 0;
      for (const { qr_text } of commands) {
        const [owner, id] = (qr_text ?? '').split(' ');
        if (owner !== device.agent) misrouted++;
        seen.set(id, (seen.get(id) ?? 0) + 1);
      }
    }
  });
  for (let round = 0; round < rounds; round++) {
    await Promise.all(
      fleet.flatMap((device) =>
        Array.from({ length: postsEach }, async () => {
          const id = randomUUID();
          const answer = await apps[turn++ % count].post('/api/device/qr', {
            agent_id: device.agent,
            qr_text: `${device.agent} ${id}`,
          });
          if (answer.status !== 200) throw new Error(`qr: ${answer.status} ${JSON.stringify(answer.body)}`);
          acknowledged.set(id, device.agent);
        }),
      ),
    );
  }
  posting = false;
  await Promise.all(takers);
  for (const app of apps) app.close();
  for (const device of fleet) device.client.close();
  await Promise.all(relays.map((relay) => relay.stop()));
  return {
    posted: acknowledged.size,
    lost: [...acknowledged.keys()].filter((id) => !seen.has(id)).length,
    misrouted,
    repeated: [...seen.values()].filter((times) => times > 1).length,
  };
}
