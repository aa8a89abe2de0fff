/** What is told of a command, from its record while it is open and from the archive when it is over. */
import type { findOpen } from '../core/clear-command.ts';
import type { EndedCommand } from '../core/records.ts';
import type { CommandFacts } from './store.ts';

export function openFacts({ command, content, device }: NonNullable<ReturnType<typeof findOpen>>): CommandFacts {
  const { clearing, leaseUntil: _lease, unreportedSince: _since, ...stays } = command;
  const { expiresAt: _expires, displayMs: _display, overAt: _over, ...rest } = stays;
  return {
    ...rest,
    reason: null,
    error: null,
    deviceId: device.deviceId,
    computerName: device.computerName,
    policyNumber: content.policyNumber,
    reference: content.reference,
    amount: content.amount,
    currency: content.currency,
    picture: command.picture ?? null,
    executionMs: command.executionMs ?? null,
    clearing: clearing?.reason ?? null,
    clearedBy: clearing?.by ?? null,
  };
}

export function endedFacts({
  picture,
  executionMs,
  clearedBy,
  correctedAt: _corrected,
  ...rest
}: EndedCommand): CommandFacts {
  return {
    ...rest,
    picture: picture ?? null,
    executionMs: executionMs ?? null,
    clearing: null,
    clearedBy: clearedBy ?? null,
  };
}
