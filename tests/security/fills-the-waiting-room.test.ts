/**
 * One address, and four together, ask for enrolment again and again, so that nobody else's display can; and an approved
 * one comes as another.
 */
import { expect, it } from 'vitest';
import type { AdminEnrolments } from '../../shared/wire/admin/enrolment.ts';
import type { AdminList } from '../../shared/wire/admin/fleet.ts';
import type { EnrolAnswer, EnrolStatus } from '../../shared/wire/enrolment.ts';
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

    it('four addresses with fifty each shut out nobody: the oldest of the one that has most makes room', async () => {
      const { enrolments } = (await relay().admin('GET', '/enrolments')).body as AdminEnrolments;
      for (const { request_id } of enrolments) await relay().admin('POST', `/enrolments/${request_id}/deny`);
      const ask = async (address: string, n: number) => {
        const { status, body } = await from(address, n);
        expect([address, n, status]).toEqual([address, n, 200]);
        return body as EnrolAnswer;
      };
      // One that is approved and not used yet takes no place.
      const { request_id } = await ask('203.0.113.9', 0);
      await relay().admin('POST', `/enrolments/${request_id}/approve`);
      const honest = await ask('203.0.113.1', 0);
      const verdict = async ({ request_id, secret }: EnrolAnswer) => {
        const { status, body } = await relay().get(`/enrol/${request_id}`, secret);
        return status === 200 ? (body as EnrolStatus).verdict : status;
      };
      const attacks = [];
      for (const attacker of [1, 2, 3, 4])
        for (let n = 0; n < 50; n++) attacks.push(await ask(`192.0.2.${attacker}`, n));
      // 201 wait: the first attacker's oldest went, not the honest one, which is older than all of them.
      expect(await verdict(honest)).toBe('waiting');
      expect(await verdict(attacks[0])).toBe(404);
      expect(await verdict(attacks[1])).toBe('waiting');
      const late = await ask('203.0.113.2', 0);
      // Those whose requests went fill up again, and push out their own kind only.
      for (let n = 50; n < 60; n++) await from('192.0.2.1', n);
      expect(await verdict(late)).toBe('waiting');
      expect(await verdict(honest)).toBe('waiting');
      const { stats } = (await relay().admin('GET', '/list')).body as AdminList;
      expect(stats.waiting_enrolments).toBe(200);
      // Two hundred requests, each of which looks at all that wait.
    }, 120_000);

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
