/** What the steps of a session share: the open port, and what is known of the unit behind it. */
import { ask, type Answer } from './serial-commands.ts';
import type { Connection } from './serial-connection.ts';
import { probe } from './probe.ts';
import type { UnitKnowledge } from './profile-keeper.ts';

/** How long an answer that the design does not promise is waited for. */
export const ANSWER_MS = 1_000;
/** Some firmware drops what it hears for about 1.2 s after a screen change; probes of 0.7 s that outlast it. */
const CONFIRM_PROBES = 3;

export interface Wire {
  readonly connection: Connection;
  readonly unit: UnitKnowledge;
}

/** @returns undefined when no answer came in time. @throws DeviceError `lost`, `aborted`, `no_reply` when the port takes no bytes */
export function askUnit(
  { connection, unit }: Wire,
  command: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  return ask(connection.link, command, { timeoutMs, saysExit: unit.facts.saysExit, signal });
}

/** Whether a unit that was ready still is, with time for a screen change. */
export async function isStillThere({ connection }: Wire, signal?: AbortSignal): Promise<boolean> {
  return (await probe(connection, signal, CONFIRM_PROBES)).kind === 'answered';
}
