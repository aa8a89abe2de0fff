/** Of several relays on one store, one leads each task. The leader keeps the task by asking again in time. */
import type { Tx } from './transaction.ts';

const LEAD_MS = 60_000;

export function lead(tx: Tx, task: string, holder: string): boolean {
  const now = tx.get('lead', task);
  // A term that lasts longer than any comes from a clock that was set back since.
  const isRunning = now !== undefined && now.expiresAt <= tx.now + 2 * LEAD_MS;
  if (isRunning && now.holder !== holder) return false;
  // Half of the time is left: nothing is written.
  if (!isRunning || now.expiresAt - tx.now < LEAD_MS / 2) tx.put('lead', task, { holder, expiresAt: tx.now + LEAD_MS });
  return true;
}
