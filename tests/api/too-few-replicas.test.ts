/**
 * REDIS_REPLICAS: a write that too few replicas have is refused although the master has it. Asked again it happens
 * once, and its webhook comes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Receiver } from '../support/kills/webhooks.ts';
import { noRedis, startRedis, type TestRedis } from '../support/process/redis.ts';
import { KEYS as PROCESS_KEYS } from '../support/process/relay.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';
import { because } from '../support/requirements.ts';
import { until } from '../support/wait.ts';

const why = noRedis();
const PLAIN = ['--appendonly', 'no'];

describe.skipIf(why !== undefined)(`a replica stands still${because(why)}`, () => {
  const receiver = new Receiver();
  let master: TestRedis;
  let replica: TestRedis;
  let relay: RelayApp;

  beforeAll(async () => {
    master = await startRedis([...PLAIN, '--repl-diskless-sync-delay', '0']);
    replica = await startRedis([...PLAIN, '--replicaof', '127.0.0.1', String(master.port)]);
    await until('the replica follows', async () => (await master.followers()) === 1);
    const env = {
      ...(await receiver.start()),
      STORE_URL: master.url,
      REDIS_REPLICAS: '1',
      ADMIN_KEYS: PROCESS_KEYS.admin,
    };
    relay = await RelayApp.start({ env });
  });
  afterAll(async () => {
    await relay?.stop();
    await receiver.stop();
    await replica?.remove();
    await master?.remove();
  });

  it('what was asked meanwhile is refused, and then neither lost nor done twice; its webhook comes', async () => {
    await relay.counter('7', 'd7');
    const before = await relay.qr('7');
    const post = () =>
      relay.post('/qr', { agent_id: '7', qr_text: 'pay', idempotency_key: 'a payment of today' }, KEYS.app);
    const reasonOf = async (id: string): Promise<unknown> => (await relay.get(`/command/${id}`, KEYS.app)).body.reason;
    process.kill(replica.pid, 'SIGSTOP');
    expect(await post()).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    // The master has it all the same, and it is not acknowledged before the replica has it, too.
    expect(await master.everything('counterqr:')).toContain('superseded_by_newer');
    expect((await post()).status).toBe(503);
    process.kill(replica.pid, 'SIGCONT');
    const id = await until('the post is acknowledged', async () => {
      const { status, body } = await post();
      return status === 200 && (body.command_id as string);
    });
    expect((await post()).body.command_id).toBe(id);
    expect(await reasonOf(id)).toBeNull();
    expect(await reasonOf(before)).toBe('superseded_by_newer');
    expect(await receiver.untold(relay.url)).toEqual([]);
  });
});
