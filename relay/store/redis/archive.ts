/**
 * What is over, in Redis: each ended command under its own key, which goes by itself after HISTORY_DAYS, and sorted
 * sets to find them by time.
 */
import type { AuditEntry, EndedCommand } from '../../core/records.ts';
import type { HistoryQuery } from '../database.ts';
import { mayMatch } from '../may-match.ts';
import type { Command } from './commit.ts';
import type { Connection } from './connection.ts';
import type { RedisKeys } from './keys.ts';

const DAY_MS = 24 * 3_600_000;
/** Looked through at once: first what a page shows, then what is a few milliseconds' work for Redis and relay. */
const FIRST_PAGE = 500;
const PAGE = 2_000;

interface Member {
  readonly value: string;
  readonly score: number;
}

/** Under which names something is found: by everybody, by its device, by its agent. */
const indexes = (deviceId: string, agentId: string | null): string[] => [
  '',
  `:device:${deviceId}`,
  ...(agentId === null ? [] : [`:agent:${agentId}`]),
];

export class Archive {
  readonly #connection: Connection;
  readonly #keys: RedisKeys;
  readonly #keptMs: number;

  constructor(connection: Connection, keys: RedisKeys, historyDays: number) {
    this.#connection = connection;
    this.#keys = keys;

    this.#keptMs = Math.ceil(historyDays * DAY_MS);
  }

  /** What ended before is forgotten. */
  oldest = (now: number): number => now - this.#keptMs;

  /** What a commit does to keep these. */
  commands(token: string, now: number, ended: readonly EndedCommand[], audited: readonly AuditEntry[]): Command[] {
    return [
      ...ended.flatMap((one) => [
        [
          ...['SET', this.#keys.ended(one.commandId), JSON.stringify(one)],
          ...['PX', String(Math.max(1, one.endedAt + this.#keptMs - now))],
        ],
        ...this.#index('history', indexes(one.deviceId, one.agentId), one.endedAt, one.commandId),
      ]),
      ...audited.flatMap((entry, position) =>
        // The same entry may come twice in a millisecond, and a set holds it once.
        this.#index(
          'audit',
          indexes(entry.deviceId, entry.agentId),
          entry.at,
          `${String(position).padStart(3, '0')}${token}${JSON.stringify(entry)}`,
        ),
      ),
    ];
  }

  #index(kind: 'history' | 'audit', of: readonly string[], at: number, member: string): Command[] {
    return of.flatMap((suffix) => {
      const key = this.#keys[kind](suffix);
      return [
        ['ZADD', key, String(at), member],
        // A device or an agent that is gone leaves nothing behind.
        ...(suffix === '' ? [] : [['PEXPIRE', key, String(this.#keptMs)]]),
        ['ZREMRANGEBYSCORE', key, '-inf', `(${at - this.#keptMs}`],
      ];
    });
  }

  async ended(commandId: string): Promise<EndedCommand | undefined> {
    const text = await this.#connection.call((client) => client.get(this.#keys.ended(commandId)));
    return text === null ? undefined : (JSON.parse(text) as EndedCommand);
  }

  async history(query: HistoryQuery): Promise<EndedCommand[]> {
    const { search, before } = query;
    const start = before === undefined ? undefined : await this.ended(before);
    if (before !== undefined && !start) return [];
    const read = async (ids: readonly string[]): Promise<EndedCommand[]> => {
      const texts = await this.#connection.call((client) => client.mGet(ids.map((id) => this.#keys.ended(id))));
      const kept = texts.filter((text): text is string => text !== null && (!search || mayMatch(text, search)));
      const found = kept.map((text) => JSON.parse(text) as EndedCommand);
      return search ? found.filter(search.isMatch) : found;
    };
    return this.#select('history', query, start, read);
  }

  audit(query: HistoryQuery): Promise<AuditEntry[]> {
    return this.#select('audit', query, undefined, async (members) =>
      members.map((member) => JSON.parse(member.slice(member.indexOf('{'))) as AuditEntry),
    );
  }

  async #select<T extends { readonly deviceId: string; readonly agentId: string | null }>(
    kind: 'history' | 'audit',
    { from, to, deviceId, agentId, limit, signal }: HistoryQuery,
    start: EndedCommand | undefined,
    read: (members: readonly string[]) => Promise<T[]>,
  ): Promise<T[]> {
    const of = deviceId !== undefined ? `:device:${deviceId}` : agentId !== undefined ? `:agent:${agentId}` : '';
    const found: T[] = [];
    for await (const page of this.#pages(this.#keys[kind](of), from, Math.min(to, start?.endedAt ?? Infinity))) {
      // Of one millisecond the greater id comes first.
      const members = page.filter(({ score, value }) => !start || score < start.endedAt || value < start.commandId);
      if (members.length > 0)
        for (const one of await read(members.map(({ value }) => value)))
          if (found.length < limit && (agentId === undefined || one.agentId === agentId)) found.push(one);
      if (found.length >= limit || signal?.aborted) break;
    }
    return found;
  }

  /**
   * The members of a sorted set, highest score first. Each page begins at the score of the last one's end: Redis would
   * walk through all that came before an offset.
   */
  async *#pages(key: string, from: number, to: number): AsyncGenerator<readonly Member[]> {
    let [top, seen] = [to, 0];
    for (let count = FIRST_PAGE; ; count = PAGE) {
      const page = await this.#connection.call((client) =>
        client.zRangeWithScores(key, top, from, { BY: 'SCORE', REV: true, LIMIT: { offset: seen, count } }),
      );
      const last = page.at(-1);
      if (!last) return;
      yield page;
      const withLast = page.filter(({ score }) => score === last.score).length;
      seen = last.score === top ? seen + withLast : withLast;
      top = last.score;
    }
  }

  /** Forgets what is older than HISTORY_DAYS, also where nothing new is written. Any relay may do it at any time. */
  async prune(now: number): Promise<void> {
    const before = `(${now - this.#keptMs}`;
    await this.#connection.call((client) =>
      Promise.all([
        client.zRemRangeByScore(this.#keys.history(''), '-inf', before),
        client.zRemRangeByScore(this.#keys.audit(''), '-inf', before),
      ]),
    );
  }
}
