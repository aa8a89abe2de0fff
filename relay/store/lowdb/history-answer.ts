/** The answer to a question for the history, while its lines are read from the newest to the oldest. */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { HistoryQuery } from '../database.ts';
import { mayMatch } from '../may-match.ts';
import { timeOf } from './history-segment.ts';
import type { HistoryLine } from './journal.ts';

const CORRECTED = Buffer.from('"correctedAt":');

function matches(entry: EndedCommand | AuditEntry, { from, to, deviceId, agentId }: HistoryQuery): boolean {
  const at = timeOf(entry);
  const isTheirs = (deviceId ?? entry.deviceId) === entry.deviceId && (agentId ?? entry.agentId) === entry.agentId;
  return isTheirs && at >= from && at <= to;
}

export class HistoryAnswer<K extends 'ended' | 'audited'> {
  readonly #query: HistoryQuery;
  readonly #kind: K;
  readonly #found: HistoryLine[K][number][] = [];
  readonly #corrections = new Corrections();
  readonly #owner: Buffer;
  /** The command of `before` was passed. */
  #isPast: boolean;

  constructor(query: HistoryQuery, kind: K, isPast: boolean) {
    this.#query = query;
    this.#kind = kind;
    const owner = query.deviceId ?? query.agentId;
    this.#owner = Buffer.from(owner === undefined ? '' : JSON.stringify(owner));
    this.#isPast = isPast;
  }

  get isComplete(): boolean {
    return this.#found.length >= this.#query.limit || this.#query.signal?.aborted === true;
  }

  /** Whether the line may hold something of the answer, told by its text. */
  mayNeed(line: Buffer): boolean {
    const { search, before } = this.#query;
    if (!line.includes(this.#owner)) return false;
    if (!search || line.includes(CORRECTED)) return true;
    // These are looked at whatever they say: one is replaced by its correction, behind the other the answer begins.
    for (const id of this.#corrections.pending) if (line.includes(id)) return true;
    if (!this.#isPast && before !== undefined && line.includes(before)) return true;
    return mayMatch(line.toString('utf8'), search);
  }

  take(line: HistoryLine): void {
    for (const entry of line[this.#kind].toReversed()) {
      const shown = this.#corrections.at(entry);
      if (!shown) continue;
      if (this.#isPast) this.#add(shown);
      else this.#isPast = 'commandId' in shown && shown.commandId === this.#query.before;
    }
  }

  #add(entry: HistoryLine[K][number]): void {
    const isMatch = !('commandId' in entry) || this.#query.search?.isMatch(entry) !== false;
    if (isMatch && matches(entry, this.#query)) this.#found.push(entry);
  }

  /** After the last line. */
  get entries(): HistoryLine[K][number][] {
    if (!this.isComplete && this.#isPast) for (const one of this.#corrections.rest) this.#add(one);
    return this.#found.slice(0, this.#query.limit);
  }
}

/** Puts what was corrected later in the place of what was archived first, where the entries come newest first. */
class Corrections {
  readonly #pending = new Map<string, EndedCommand>();

  /** Commands of which the first entry is still to come. */
  get pending(): Iterable<string> {
    return this.#pending.keys();
  }

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
