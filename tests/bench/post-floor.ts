/**
 * A post that is answered, over the least that it can cost: the same call refused before the store, and the same bytes
 * appended to a bare file and synced. By turns, so that a noisy machine is noisy for all three.
 */
import { mkdtempSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../support/remove-folder.ts';
import { makeFleet } from './fleet.ts';
import { image } from './load.ts';
import { KEYS, median, type Server } from './processes.ts';
import { Wire } from './wire.ts';

const TURNS = 400;
const WARM_UP = 100;
const DISPLAYS = 50;

export interface OverFloor {
  readonly postMs: number;
  readonly refusedMs: number;
  readonly appendMs: number;
  /** `postMs` over the sum of the other two. */
  readonly ratio: number;
}

export async function postOverFloor({ url }: Server, withImage: boolean): Promise<OverFloor> {
  const fleet = await makeFleet(url, DISPLAYS, withImage ? 'FLOOR-IMAGE' : 'FLOOR-TEXT');
  for (const { client } of fleet) client.close();
  const app = new Wire(url, KEYS.app);
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-floor-'));
  const file = await open(join(folder, 'bare'), 'a');
  const times = { post: [] as number[], refused: [] as number[], append: [] as number[] };
  const timed = async (into: number[], work: () => Promise<void>): Promise<void> => {
    const started = performance.now();
    await work();
    into.push(performance.now() - started);
  };
  const call = async (body: object, status: number): Promise<void> => {
    const answer = await app.post('/api/device/qr', body);
    if (answer.status !== status) throw new Error(`qr: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  try {
    for (let turn = 0; turn < TURNS + WARM_UP; turn++) {
      const content = withImage ? { qr_image: image() } : { qr_text: 'https://pay.example/p/8842' };
      const body = { agent_id: fleet[turn % DISPLAYS].agent, customer_name: 'Jane Doe', ...content };
      const bytes = Buffer.from(JSON.stringify(body));
      await timed(times.append, async () => {
        await file.write(bytes);
        await file.datasync();
      });
      await timed(times.refused, () => call({ ...body, expires_in: 0 }, 400));
      await timed(times.post, () => call(body, 200));
    }
  } finally {
    await file.close();
    removeFolder(folder);
    app.close();
  }
  const [postMs, refusedMs, appendMs] = [times.post, times.refused, times.append].map((all) =>
    median(all.slice(WARM_UP)),
  );
  return { postMs, refusedMs, appendMs, ratio: postMs / (refusedMs + appendMs) };
}
