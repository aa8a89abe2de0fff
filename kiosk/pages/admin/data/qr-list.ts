/** The list of single QR codes: which of them the search finds. Pure. */
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import type { AdminDayRow } from '../../../../shared/wire/admin/history.ts';
import { plainText, searchWords } from '../../../../shared/util/plain-text.ts';

/** QR codes only, newest end first as the relay sends them. Every word must be somewhere in the row. */
export function findQrs(
  commands: readonly AdminCommand[],
  search: string,
  endWords: (command: AdminCommand) => string,
): AdminCommand[] {
  const words = searchWords(search);
  return commands.filter((command) => {
    if (command.type !== 'display_qr') return false;
    const { agent_id, amount, command_id, computer_name, currency, policy_number, reference } = command;
    const text = plainText(
      [computer_name, agent_id, policy_number, reference, amount, currency, command_id, endWords(command)].join(' '),
    );
    return words.every((word) => text.includes(word));
  });
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
