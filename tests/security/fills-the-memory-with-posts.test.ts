/**
 * Posts all day long, by an agent's token or by many callers: each leaves its idempotency key, policy number and
 * reference in memory for a day.
 */
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

const IN_ALL = 4;
onBothStores(
  'fills the memory with posts of many callers',
  (relay) => {
    it('all together have their number of posts a day, and what stores nothing is not counted', async () => {
      const [one, other] = [await openCounter(relay()), await openCounter(relay())];
      const byApp = (more: object) => relay().post('/qr', { agent_id: one.agentId, qr_text: 'pay', ...more }, KEYS.app);
      for (let n = 0; n < 2 * IN_ALL; n++) expect((await byApp({ agent_id: 'nobody' })).status).toBe(404);
      const taken: number[] = [];
      for (let n = 0; n < IN_ALL - 1; n++) taken.push((await byApp({ idempotency_key: `k${n}` })).status);
      taken.push((await postAs(relay(), other)).status);
      expect(taken).toEqual([200, 200, 200, 200]);
      for (const refused of [await byApp({ idempotency_key: 'more' }), await postAs(relay(), other)]) {
        expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
        expect(refused.body.error).toContain('MAX_POSTS_PER_DAY');
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_600);
      }
      // Who has a QR on the display goes on: it is reported, paid and taken off.
      expect((await relay().post('/rotation/start', { agent_id: one.agentId }, KEYS.app)).status).toBe(200);
    });
  },
  { MAX_POSTS_PER_DAY: String(IN_ALL) },
);
