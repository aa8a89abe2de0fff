/** An agent's token posts QR codes all day long: each leaves its idempotency key, policy number and reference in memory for a day. */
import { expect, it } from 'vitest';
import { openCounter, postAs } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

const POSTS_A_DAY = 5_000;

onBothStores('fills the memory with posts', (relay) => {
  it('one agent has its number of posts a day, and takes none from others', async () => {
    const [greedy, other] = [await openCounter(relay()), await openCounter(relay())];
    expect((await postAs(relay(), greedy)).status).toBe(200);
    const { limits } = relay().deps;
    for (let n = 2; n < POSTS_A_DAY; n++) await limits.count('posts', `agent ${greedy.agentId}`);
    const more = { idempotency_key: 'k', policy_number: 'p', reference: 'r' };
    expect((await postAs(relay(), greedy, more)).status).toBe(200);
    const { status, body, headers } = await postAs(relay(), greedy, more);
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_600);
    expect((await postAs(relay(), other)).status).toBe(200);
    // The web app's server goes on posting for that agent.
    const byApp = { agent_id: greedy.agentId, qr_text: 'pay' };
    expect((await relay().post('/qr', byApp, KEYS.app)).status).toBe(200);
  });
});
