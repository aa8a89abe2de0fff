/** The entries of a history file from its end to its beginning, so that a question for the newest reads no more. */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { HistoryQuery } from '../database.ts';
import { timeOf } from './history-segment.ts';
import type { HistoryLine } from './journal.ts';
import { bodyOf, parse } from './lines.ts';

const BREAK = 0x0a;
/** Lines between two turns of the event loop; parsing one takes some microseconds, and meanwhile nobody is answered. */
const LINES_AT_ONCE = 500;
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function matches(entry: EndedCommand | AuditEntry, { from, to, deviceId, agentId }: HistoryQuery): boolean {
  const at = timeOf(entry);
  const isTheirs = (deviceId ?? entry.deviceId) === entry.deviceId && (agentId ?? entry.agentId) === entry.agentId;
  return isTheirs && at >= from && at <= to;
}

/** At least those lines that the query wants; only what names its device or agent is parsed. */
export async function* newestFirst(
  data: Buffer = Buffer.alloc(0),
  { deviceId, agentId }: HistoryQuery,
): AsyncGenerator<HistoryLine> {
  const id = deviceId ?? agentId;
  const wanted = Buffer.from(id === undefined ? '' : JSON.stringify(id));
  let looked = 0;
  for (let to = data.length; to > 0;) {
    const from = to < 2 ? 0 : data.lastIndexOf(BREAK, to - 2) + 1;
    const text = data.subarray(from, to);
    to = from;
    if (++looked % LINES_AT_ONCE === 0) await yieldToEventLoop();
    const body = text.includes(wanted) ? bodyOf(text) : undefined;
    const line = body && parse<HistoryLine | object>(body);
    if (line && 'seq' in line) yield line;
  }
}

/** Puts what was corrected later in the place of what was archived first, where the entries come newest first. */
export class Corrections {
  readonly #pending = new Map<string, EndedCommand>();

  /** What to show for this entry; `undefined`: nothing yet, for what it corrects lies further back. */
  at<T extends EndedCommand | AuditEntry>(entry: T): T | EndedCommand | undefined {
    if (!('commandId' in entry)) return entry;
    const { commandId, correctedAt } = entry;
    if (correctedAt !== undefined) {
      if (!this.#pending.has(commandId)) this.#pending.set(commandId, entry);
      return undefined;
    }
    const corrected = this.#pending.get(commandId);
    this.#pending.delete(commandId);
    return corrected ?? entry;
  }

  /** Those of which the first entry is not here any more. */
  get rest(): EndedCommand[] {
    return [...this.#pending.values()];
  }
}
