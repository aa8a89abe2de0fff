import { describe, expect, it } from 'vitest';
import type { AdminEnrolment } from '../../../../shared/wire/admin/enrolment.ts';
import { rowOf, rowsInPlace } from './enrolment-rows.ts';

const request = (request_id: string, verdict: AdminEnrolment['verdict'] = 'waiting') =>
  ({ request_id, verdict, computer_name: request_id }) as AdminEnrolment;
const seen = (rows: ReturnType<typeof rowsInPlace>) =>
  rows.map(({ request: { request_id }, state }) => `${request_id} ${state}`);

describe('the rows under an admin’s pointer', () => {
  const before = [request('A'), request('B'), request('C')].map(rowOf);

  it('keep their places when one is decided: a second click meets no other PC', () => {
    const all = [request('A', 'approved'), request('B'), request('C')];
    expect(seen(rowsInPlace(before, all.slice(1), all, new Map()))).toEqual(['A approved', 'B waiting', 'C waiting']);
  });

  it('say what was decided here, although the relay has forgotten the request already', () => {
    const all = [request('B'), request('C')];
    const decided = new Map([['A', 'approved']] as const);
    expect(seen(rowsInPlace(before, all, all, decided))).toEqual(['A approved', 'B waiting', 'C waiting']);
  });

  it('say of one that expired that it is over, and have new ones at their end', () => {
    const all = [request('D'), request('A'), request('C')];
    expect(seen(rowsInPlace(before, all, all, new Map()))).toEqual(['A waiting', 'B over', 'C waiting', 'D waiting']);
  });
});
