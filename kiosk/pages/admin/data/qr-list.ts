/** The list of single QR codes: what the relay is asked for, and how they ended day by day. Pure. */
import type { AdminDayRow, QrEnd } from '../../../../shared/wire/admin/history.ts';

export interface QrChoice {
  /** Words. */
  readonly search: string;
  readonly end: QrEnd | '';
  /** Days as `2026-11-24`, in the relay's time zone; empty for no bound. */
  readonly from: string;
  readonly to: string;
}

/** QR codes only, test cards never. */
export function qrQuery(choice: QrChoice): string {
  const given = Object.entries<string>({ ...choice }).filter(([, value]) => value.trim() !== '');
  return new URLSearchParams({ type: 'display_qr', ...Object.fromEntries(given) }).toString();
}

/** The ends of a day's QR codes; each code counts in exactly one. */
export interface DayEnds {
  readonly paid: number;
  /** As the agent's page said; no payment did. */
  readonly paidReported: number;
  /** Shown, and taken off without a payment: closed, cancelled, its time over, unplugged. */
  readonly notPaid: number;
  /** A newer QR took its place, before or after it was shown. */
  readonly replaced: number;
  readonly failed: number;
  readonly expired: number;
  readonly cancelled: number;
}

export function endsOf({
  paid,
  paid_reported: paidReported,
  not_paid: notPaid,
  replaced,
  superseded,
  failed,
  expired,
  cancelled,
}: AdminDayRow): DayEnds {
  return {
    paid,
    paidReported,
    notPaid,
    replaced: replaced + superseded,
    failed,
    expired,
    cancelled,
  };
}
