/** What the steps of a session share: the open port, and what is known of the unit behind it. */
import { ask, type Answer } from './serial-commands.ts';
import type { SerialConnection } from './serial-connection.ts';
import { probe } from './probe.ts';
import type { ProfileKeeper } from './profile-keeper.ts';

/** How long an answer that the design does not promise is waited for. */
export const ANSWER_MS = 1_000;
/** Some firmware drops what it hears for about 1.2 s after a screen change; probes of 0.7 s that outlast it. */
const CONFIRM_PROBES = 3;

export interface DisplayContext {
  readonly connection: SerialConnection;
  readonly profile: ProfileKeeper;
}

/** @returns undefined when no answer came in time. @throws DisplayError `lost`, `aborted`, `no_reply` when the port takes no bytes */
export function askDisplay(
  { connection, profile }: DisplayContext,
  command: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  return ask(connection.channel, command, { timeoutMs, saysExit: profile.current.saysExit, signal });
}

/** Whether a unit that was ready still is, with time for a screen change. */
export async function isStillThere({ connection }: DisplayContext, signal?: AbortSignal): Promise<boolean> {
  return (await probe(connection, signal, CONFIRM_PROBES)).kind === 'answered';
}
