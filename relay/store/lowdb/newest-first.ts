/** The lines of a history file from its end to its beginning, so that a question for the newest reads no more. */
import type { HistoryLine } from './journal.ts';
import { bodyOf, parse } from './lines.ts';

const BREAK = 0x0a;
/** Lines between two turns of the event loop; parsing one takes some microseconds, and meanwhile nobody is answered. */
const LINES_AT_ONCE = 500;
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Only what may be needed is parsed. */
export async function* newestFirst(
  data: Buffer = Buffer.alloc(0),
  mayNeed: (line: Buffer) => boolean,
): AsyncGenerator<HistoryLine> {
  let looked = 0;
  for (let to = data.length; to > 0;) {
    const from = to < 2 ? 0 : data.lastIndexOf(BREAK, to - 2) + 1;
    const text = data.subarray(from, to);
    to = from;
    if (++looked % LINES_AT_ONCE === 0) await yieldToEventLoop();
    const body = mayNeed(text) ? bodyOf(text) : undefined;
    const line = body && parse<HistoryLine | object>(body);
    if (line && 'seq' in line) yield line;
  }
}
