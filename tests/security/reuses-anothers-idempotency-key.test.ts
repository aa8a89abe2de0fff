/**
 * An agent uses the idempotency key of another caller: to be told the other's command, or to block the other's post.
 */
import { expect, it } from 'vitest';
import { agentToken, openCounter, type Counter } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

onBothStores('reuses another’s idempotency key', (relay) => {
  const post = ({ agentId }: Pick<Counter, 'agentId'>, token: string, key: string, qr_text = 'pay') =>
    relay().post('/qr', { agent_id: agentId, qr_text, idempotency_key: key }, token);

  it('an agent named as the role of the apps', async () => {
    await relay().counter('app');
    const theirs = await post({ agentId: 'app' }, KEYS.app, 'k1');
    const mine = await post({ agentId: 'app' }, await agentToken(relay(), 'app'), 'k1', 'other');
    expect([theirs.status, mine.status]).toEqual([200, 200]);
    expect(mine.body.command_id).not.toBe(theirs.body.command_id);
  });

  it('agents whose name and key run together', async () => {
    await relay().counter('a');
    await relay().counter('a b');
    const theirs = await post({ agentId: 'a' }, await agentToken(relay(), 'a'), 'b c');
    const mine = await post({ agentId: 'a b' }, await agentToken(relay(), 'a b'), 'c', 'other');
    expect([theirs.status, mine.status]).toEqual([200, 200]);
    expect(mine.body.command_id).not.toBe(theirs.body.command_id);
  });

  it('a display that is not the agent’s any more is refused before the key is looked up', async () => {
    const [counter, next] = [await openCounter(relay()), await openCounter(relay())];
    const body = { device_id: counter.deviceId, qr_text: 'pay', idempotency_key: 'mine' };
    expect((await relay().post('/qr', body, counter.token)).status).toBe(200);
    const takeover = { agent_id: next.agentId, device_id: counter.deviceId, takeover: true };
    await relay().post('/link', takeover, next.token);
    expect((await relay().post('/qr', body, counter.token)).status).toBe(403);
  });

  it('the same key and body of the same caller is the same post, in the header or in the body', async () => {
    const counter = await openCounter(relay());
    const first = await post(counter, counter.token, 'again');
    expect((await post(counter, counter.token, 'again')).body).toEqual(first.body);
    expect((await post(counter, counter.token, 'again', 'other')).body.code).toBe('idempotency_mismatch');
  });
});
