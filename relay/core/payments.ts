/** Which command a payment means: by policy number or reference, and once for repeated reports of one payment. */
import type { Tx } from './transaction.ts';

type PaymentKind = 'policy' | 'reference';

/**
 * Of a reference the command that was paid; else the newest open command of a policy number or reference, else the newest of all;
 * `undefined` when there never was one.
 */
export function byReference(tx: Tx, kind: PaymentKind, value: string): string | undefined {
  const { commandIds = [], paid } = tx.get('ref', `${kind}:${value}`) ?? {};
  if (kind === 'reference' && paid) return paid.commandId;
  return commandIds.findLast((id) => tx.get('command', id) !== undefined) ?? commandIds.at(-1);
}

/**
 * Payment services report one payment more than once, mostly within seconds. A policy number is paid again next month,
 * so a later report is another payment. Nobody posts, scans and pays a second QR of one policy within two minutes.
 */
const REPEAT_MS = 120_000;

/** The command that an earlier report of the same payment was for; `undefined` when this is the first report. */
export function paidBefore(tx: Tx, kind: PaymentKind, value: string): string | undefined {
  const paid = tx.get('ref', `${kind}:${value}`)?.paid;
  return paid && (kind === 'reference' || tx.now - paid.at < REPEAT_MS) ? paid.commandId : undefined;
}

/** Remembers that a command was paid: under its reference and policy number, and under the name that was reported. */
export function rememberPaid(tx: Tx, commandId: string, reported?: { kind: PaymentKind; value: string }): void {
  const { reference, policyNumber } = tx.get('command', commandId) ?? {};
  const names = new Set([
    ...(reference === undefined ? [] : [`reference:${reference}`]),
    ...(policyNumber === undefined ? [] : [`policy:${policyNumber}`]),
    ...(reported ? [`${reported.kind}:${reported.value}`] : []),
  ]);
  for (const id of names) {
    const known = tx.get('ref', id);
    if (!known || known.paid?.commandId === commandId) continue;
    // A reference means the first command that was paid under it.
    if (known.paid && id.startsWith('reference:')) continue;
    tx.put('ref', id, { ...known, paid: { commandId, at: tx.now } });
  }
}
