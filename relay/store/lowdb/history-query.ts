/** The lines of a history file from its end to its beginning, so that a question for the newest reads no more. */
import type { HistoryQuery } from '../database.ts';
import type { HistoryLine } from './history-segment.ts';
import { bodyOf, parse } from './lines.ts';

const BREAK = 0x0a;
/** Lines between two turns of the event loop; parsing one takes some microseconds, and meanwhile nobody is answered. */
const LINES_AT_ONCE = 500;
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** At least those lines that the query wants; only what names its device or agent is parsed. */
export async function* newestFirst(
  data: Buffer = Buffer.alloc(0),
  { deviceId, agentId }: Pick<HistoryQuery, 'deviceId' | 'agentId'>,
): AsyncGenerator<HistoryLine> {
  const id = deviceId ?? agentId;
  const wanted = id === undefined ? undefined : Buffer.from(JSON.stringify(id));
  let looked = 0;
  for (let to = data.length; to > 0;) {
    const from = to < 2 ? 0 : data.lastIndexOf(BREAK, to - 2) + 1;
    const text = data.subarray(from, to);
    to = from;
    if (++looked % LINES_AT_ONCE === 0) await yieldToEventLoop();
    if (wanted && !text.includes(wanted)) continue;
    const body = bodyOf(text);
    const line = body && parse<HistoryLine>(body);
    if (line?.c ?? line?.a) yield line;
  }
}
