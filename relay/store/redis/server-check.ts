/**
 * Whether a Redis may be trusted with commands and links. Asked once at start, from INFO alone, which managed servers
 * allow as well.
 */
import type { RedisClient } from './client.ts';

/** The oldest that the tests run on or that its makers still mend is 6.2. */
const OLDEST = [6, 2] as const;

export interface ServerFacts {
  readonly version: string;
  /** Sentences for the log: it works, and an operator should know. */
  readonly warnings: readonly string[];
}

const fieldsOf = (info: string): ReadonlyMap<string, string> =>
  new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const at = line.indexOf(':');
      return at > 0 && !line.startsWith('#') ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );

/** How many replicas follow this master now. */
export async function onlineReplicas(client: Pick<RedisClient, 'info'>): Promise<number> {
  const facts = fieldsOf(await client.info('replication'));
  return [...facts].filter(([name, value]) => /^slave\d+$/.test(name) && value.includes('state=online')).length;
}

/**
 * Rejects with the sentence for the operator.
 * @param replicas what is acknowledged has to be on so many of them (REDIS_REPLICAS)
 */
export async function checkServer(client: Pick<RedisClient, 'info'>, replicas = 0): Promise<ServerFacts> {
  const facts = fieldsOf(
    [await client.info('server'), await client.info('memory'), await client.info('persistence')].join('\n'),
  );
  const version = facts.get('redis_version') ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw new Error(`it is version ${version}; the relay needs ${OLDEST.join('.')} or newer`);
  if (facts.get('redis_mode') === 'cluster')
    throw new Error('it is a cluster; a transaction of the relay needs all its keys on one server');
  const policy = facts.get('maxmemory_policy') ?? 'noeviction';
  const limit = Number(facts.get('maxmemory') ?? 0);
  if (limit > 0 && policy !== 'noeviction')
    throw new Error(
      `its maxmemory-policy is ${policy}, so that it may forget commands and links when its memory is full; set it to noeviction`,
    );
  const followers = replicas === 0 ? 0 : await onlineReplicas(client);
  if (followers < replicas)
    throw new Error(
      `${followers} replicas follow it, and REDIS_REPLICAS asks for ${replicas}; start them first, or lower it`,
    );
  return {
    version,
    warnings: [
      ...(policy === 'noeviction'
        ? []
        : [`maxmemory-policy is ${policy}; set it to noeviction before a maxmemory is set`]),
      ...(facts.get('aof_enabled') === '1'
        ? []
        : [
            'appendonly is off, so that a crash of Redis loses what was written since its last snapshot; see docs/scaling.md',
          ]),
    ],
  };
}
