/** Whom a caller may speak for, and what it means by the names in its call. */
import { ApiError } from '../../../shared/wire/errors.ts';
import type { Caller } from '../../auth/auth.ts';
import { iso } from '../../core/iso-time.ts';
import type { Target } from '../../core/resolve-target.ts';
import type { CommandFacts, Store } from '../../store/store.ts';

export const WEB_APP = ['app', 'agent'] as const;
export const WEB_APP_OR_ADMIN = ['app', 'agent', 'admin'] as const;

/** An agent's token speaks for that agent only. */
export function checkAgent(caller: Caller, agentId: string): void {
  if (caller.agentId !== undefined && caller.agentId !== agentId)
    throw new ApiError('forbidden', 'This token speaks for another agent.');
}

/** Rejects with `unknown_command` for an agent's token when the command is another agent's. */
export async function commandFor(caller: Caller, commandId: string, store: Store): Promise<CommandFacts> {
  const facts = await store.command(commandId);
  if (caller.agentId !== undefined && facts.agentId !== caller.agentId)
    throw new ApiError('unknown_command', `No command with the id ${commandId} is known here.`);
  return facts;
}

/** Which display a body names; an agent's token reaches that agent's only. */
export function targetOf(
  caller: Caller,
  { agent_id, device_id = '' }: { agent_id?: string | undefined; device_id?: string | undefined },
): Target {
  const { agentId } = caller;
  if (agent_id === undefined)
    return agentId === undefined ? { kind: 'device', id: device_id } : { kind: 'own-device', id: device_id, agentId };
  checkAgent(caller, agent_id);
  return { kind: 'agent', id: agent_id };
}

export const isoOrUndefined = (at: number | undefined): string | undefined => (at === undefined ? undefined : iso(at));
