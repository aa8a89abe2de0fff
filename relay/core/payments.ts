/** Which QR a payment means, by command, policy number or reference; once for repeated reports of one payment. */
import { ApiError } from '../../shared/wire/errors.ts';
import { clearCommand, type ClearAnswer } from './clear-command.ts';
import type { ReferenceRecord } from './records.ts';
import { IDEMPOTENCY_MS, type Tx } from './transaction.ts';

export type PaymentKind = 'policy' | 'reference';
/** What a payment is reported under, beside a command's id. */
interface Named {
  readonly kind: PaymentKind;
  readonly value: string;
}
export type PaymentName = { readonly kind: 'command'; readonly id: string } | Named;

/** So many commands of one policy number or reference are remembered, and every open one. */
const MAX_REMEMBERED = 8;

const keyOfName = ({ kind, value }: Named): string => `${kind}:${value}`;

/** Remembers that the command was posted under this name. What is open is never forgotten for what is over. */
export function rememberPosted(tx: Tx, kind: PaymentKind, value: string | undefined, commandId: string): void {
  if (value === undefined) return;
  const id = keyOfName({ kind, value });
  const before = tx.get('ref', id);
  const all = [...(before?.commandIds ?? []), commandId];
  const forgotten = all.length > MAX_REMEMBERED ? all.find((one) => tx.get('command', one) === undefined) : undefined;
  const commandIds = all.filter((one) => one !== forgotten);
  tx.put('ref', id, { ...before, commandIds, expiresAt: tx.now + IDEMPOTENCY_MS });
}

interface OpenQr {
  readonly commandId: string;
  /** The agent for whom it was posted, or the display where nobody was linked. */
  readonly owner: string;
}

const ownerOf = ({ agentId, deviceId }: { readonly agentId: string | null; readonly deviceId: string }): string =>
  agentId === null ? `display ${deviceId}` : `agent ${agentId}`;

/** The open QR codes under this name, of each display the newest; oldest first. */
function openUnder(tx: Tx, { commandIds }: ReferenceRecord): OpenQr[] {
  const newest = new Map<string, OpenQr>();
  for (const commandId of commandIds) {
    const command = tx.get('command', commandId);
    if (command) newest.set(command.deviceId, { commandId, owner: ownerOf(command) });
  }
  return [...newest.values()];
}

function ambiguous({ kind, value }: Named, commandIds: readonly string[]): ApiError {
  return new ApiError(
    'ambiguous_payment',
    `The ${kind === 'policy' ? 'policy number' : kind} ${value} fits QR codes of several agents; report the payment by command_id.`,
    { command_ids: commandIds },
  );
}

/** The command that a policy number or reference means. Throws `unknown_command` or `ambiguous_payment`. */
export function findPayment(tx: Tx, name: Named): string {
  const record = tx.get('ref', keyOfName(name));
  const paid = record && name.kind === 'reference' ? paidCommand(tx, name, record) : undefined;
  if (paid !== undefined) return paid;
  const open = record ? openUnder(tx, record) : [];
  if (new Set(open.map(({ owner }) => owner)).size > 1)
    throw ambiguous(
      name,
      open.map(({ commandId }) => commandId),
    );
  const found = open.at(-1)?.commandId ?? record?.commandIds.at(-1);
  if (found === undefined)
    throw new ApiError(
      'unknown_command',
      `No QR with this ${name.kind === 'policy' ? 'policy number' : name.kind} was posted lately.`,
    );
  return found;
}

/**
 * Payment services report one payment more than once, mostly within seconds. A policy number is paid again next month,
 * so a later report is another payment. Nobody posts, scans and pays a second QR of one policy within two minutes.
 */
const REPEAT_MS = 120_000;

/**
 * The command that was paid under this name. One that was paid under another name, and only carried this one too, does
 * not take it from an agent whose QR is open: anybody may write another's reference into a QR.
 */
function paidCommand(tx: Tx, name: Named, record: ReferenceRecord): string | undefined {
  const { paid } = record;
  if (!paid) return undefined;
  if (paid.otherNameOf === undefined) return paid.commandId;
  const others = openUnder(tx, record).filter(({ owner }) => owner !== paid.otherNameOf);
  if (others.length > 0) throw ambiguous(name, [paid.commandId, ...others.map(({ commandId }) => commandId)]);
  return paid.commandId;
}

/** The command that an earlier report of the same payment was for; `undefined` when this is the first report. */
function paidBefore(tx: Tx, name: Named): string | undefined {
  const record = tx.get('ref', keyOfName(name));
  if (!record?.paid || (name.kind === 'policy' && tx.now - record.paid.at >= REPEAT_MS)) return undefined;
  return paidCommand(tx, name, record);
}

/** Remembers that a command was paid: under the name that was reported, and under the others that it carries. */
function rememberPaid(tx: Tx, commandId: string, reported: Named | undefined): void {
  const command = tx.get('command', commandId);
  const mark = (name: Named, paid: NonNullable<ReferenceRecord['paid']>): void => {
    const known = tx.get('ref', keyOfName(name));
    if (!known || known.paid?.commandId === commandId) return;
    // A reference means the first command that was paid under it.
    if (known.paid && name.kind === 'reference') return;
    tx.put('ref', keyOfName(name), { ...known, paid });
  };
  if (reported) mark(reported, { commandId, at: tx.now });
  if (!command) return;
  const paid = { commandId, at: tx.now, otherNameOf: ownerOf(command) };
  if (command.reference !== undefined) mark({ kind: 'reference', value: command.reference }, paid);
  if (command.policyNumber !== undefined) mark({ kind: 'policy', value: command.policyNumber }, paid);
}

export interface Payment {
  readonly paidCommandId: string;
  /** `undefined`: the QR is not open, ask the archive. */
  readonly answer: ClearAnswer | undefined;
}

/** A payment arrived: its QR gives way to "paid". Throws `unknown_command` or `ambiguous_payment`. */
export function pay(tx: Tx, name: PaymentName): Payment {
  const reported = name.kind === 'command' ? undefined : name;
  const paidCommandId = name.kind === 'command' ? name.id : (paidBefore(tx, name) ?? findPayment(tx, name));
  rememberPaid(tx, paidCommandId, reported);
  return {
    paidCommandId,
    answer: clearCommand(tx, paidCommandId, { reason: 'paid', type: 'show_paid', note: 'paid' }),
  };
}
