/**
 * One address asks for enrolment again and again, so that nobody else's display can; and an approved one comes as
 * another.
 */
import { expect, it } from 'vitest';
import { onBothStores } from '../support/security/both-stores.ts';

onBothStores(
  'fills the waiting room',
  (relay) => {
    const from = (address: string, n: number) =>
      relay().call('POST', '/enrol', {
        headers: { 'X-Forwarded-For': address },
        body: { device_id: `w-${address}-${n}`, computer_name: `W-${n}` },
      });

    it('one address gets fifty, and the others still wait as before; a denied one makes room', async () => {
      const answers = [];
      for (let n = 0; n < 60; n++) answers.push(await from('198.51.100.7', n));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
      expect(answers.at(-1)?.headers.has('retry-after')).toBe(true);
      expect((await from('198.51.100.8', 0)).status).toBe(200);
      await relay().admin('POST', `/enrolments/${answers[0].body.request_id as string}/deny`);
      expect((await from('198.51.100.7', 61)).status).toBe(200);
    });

    it('what was approved as one computer does not register as another', async () => {
      const asked = { device_id: 'desk-8', computer_name: 'DESK-8' };
      const { body } = await relay().call('POST', '/enrol', {
        headers: { 'X-Forwarded-For': '198.51.100.9' },
        body: asked,
      });
      const { request_id, secret } = body as { request_id: string; secret: string };
      await relay().admin('POST', `/enrolments/${request_id}/approve`);
      const register = (computer_name: string) =>
        relay().post('/register', { ...asked, computer_name, request_id }, secret);
      expect((await register('DESK-1')).status).toBe(401);
      expect((await register('desk-8 ')).status).toBe(200);
    });
  },
  { RATE_LIMITS: 'off', TRUST_PROXY: '1' },
);
