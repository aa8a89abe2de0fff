/** The rows of the enrolment page while an admin points at them. Pure. */
import type { AdminEnrolment } from '../../../../shared/wire/admin/enrolment.ts';

export interface EnrolmentRow {
  readonly request: AdminEnrolment;
  /** `over`: the request has expired, or its kiosk has registered. */
  readonly state: AdminEnrolment['verdict'] | 'over';
}

export const rowOf = (request: AdminEnrolment): EnrolmentRow => ({ request, state: request.verdict });

/**
 * Every row keeps its place, also one that was decided or has expired; new requests come after them.
 * @param all as the relay has them now; it forgets what is over
 * @param decided what this admin has decided, by request id
 */
export function rowsInPlace(
  before: readonly EnrolmentRow[],
  waiting: readonly AdminEnrolment[],
  all: readonly AdminEnrolment[],
  decided: ReadonlyMap<string, 'approved' | 'denied'>,
): EnrolmentRow[] {
  const stateOf = ({ request: { request_id }, state }: EnrolmentRow): EnrolmentRow['state'] =>
    decided.get(request_id) ??
    all.find((request) => request.request_id === request_id)?.verdict ??
    (state === 'waiting' ? 'over' : state);
  const known = new Set(before.map(({ request }) => request.request_id));
  return [
    ...before.map((row) => ({ request: row.request, state: stateOf(row) })),
    ...waiting.filter(({ request_id }) => !known.has(request_id)).map(rowOf),
  ];
}
