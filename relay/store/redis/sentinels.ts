/**
 * Which Redis is the master, as the sentinels say. Each has a line that is kept, and each is asked: one that was cut
 * off from the others may still name the master of before, so the word of the latest election counts (`config-epoch`,
 * https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/).
 */
import { realClock } from '../../../shared/util/clock.ts';
import { withDeadline } from '../../../shared/util/deadline.ts';
import { messageOf } from '../../../shared/wire/errors.ts';
import { makeClient, type RedisClient } from './client.ts';
import type { Node, SentinelAddress } from '../../store-address.ts';

/** A sentinel that has not answered by then has no say. */
const ANSWER_MS = 1_000;

export type MasterAnswer =
  | { readonly kind: 'master'; readonly node: Node }
  /** At least one answered, and none knows a master of that name. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'silent' };

type Word = { readonly node: Node; readonly epoch: number } | 'unknown' | 'silent';

export class Sentinels {
  readonly #name: string;
  readonly #clients: readonly RedisClient[];

  /** Connects in the background, and again by itself. */
  constructor({ sentinels, name }: SentinelAddress) {
    this.#name = name;
    this.#clients = sentinels.map(({ host, port }) => {
      const client = makeClient({ socket: { host, port }, reconnects: 'forever' });
      client.on('error', () => undefined);
      client.connect().catch(() => undefined);
      return client;
    });
  }

  async master(): Promise<MasterAnswer> {
    const words = await Promise.all(this.#clients.map((client) => this.#ask(client)));
    const named = words.filter((word) => typeof word !== 'string').sort((a, b) => b.epoch - a.epoch);
    if (named[0]) return { kind: 'master', node: named[0].node };
    return { kind: words.includes('unknown') ? 'unknown' : 'silent' };
  }

  async #ask(client: RedisClient): Promise<Word> {
    // A command that is sent into a line that is not there rejects, which is a silence too.
    const asked = client.sendCommand(['SENTINEL', 'MASTER', this.#name]).then(
      (answer) => wordOf(new Map(Object.entries(answer as unknown as Record<string, string>))),
      (error: unknown): Word => (messageOf(error).includes('No such master') ? 'unknown' : 'silent'),
    );
    return withDeadline(realClock, ANSWER_MS, asked, 'silent');
  }

  close(): void {
    for (const client of this.#clients) client.destroy();
  }
}

function wordOf(fields: ReadonlyMap<string, string>): Word {
  const node = { host: fields.get('ip') ?? '', port: Number(fields.get('port')) };
  return node.host === '' || !(node.port > 0) ? 'silent' : { node, epoch: Number(fields.get('config-epoch') ?? 0) };
}
