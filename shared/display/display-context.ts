/** What the steps of a session share: the open port, what is known of the display behind it, and when it hears. */
import type { DeafWindows, ScreenChange } from './deaf-windows.ts';
import { ask, type Answer } from './serial-commands.ts';
import type { SerialConnection } from './serial-connection.ts';
import { probe } from './probe.ts';
import type { ProfileKeeper } from './profile-keeper.ts';

/** How long an answer that the design does not promise is waited for. */
export const ANSWER_MS = 1_000;
/** Some firmware drops what it hears for up to 1.8 s after a screen change; probes of 0.7 s that outlast it. */
const CONFIRM_PROBES = 3;

export interface DisplayContext {
  readonly connection: SerialConnection;
  readonly profile: ProfileKeeper;
  readonly windows: DeafWindows;
}

/**
 * Asks once the display hears, as far as that is known.
 * @returns undefined when no answer came in time
 * @throws DisplayError `lost`, `aborted`, `no_reply` when the port takes no bytes
 */
export async function askDisplay(
  { connection, profile, windows }: DisplayContext,
  command: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  await windows.waitUntilHearing(signal);
  return ask(connection.channel, command, { timeoutMs, saysExit: profile.current.saysExit, signal });
}

/** The same for a command that changes the screen; its deaf window begins when the command has left the wire. */
export async function changeScreen(
  context: DisplayContext,
  change: Extract<ScreenChange, 'start' | 'stop'>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  const { connection, profile, windows } = context;
  await windows.waitUntilHearing(signal);
  const command = change === 'start' ? 'startrotation' : 'stoprotation';
  const changesAt = connection.channel.wireFreeAt + connection.channel.wireMs(command.length + 1);
  const answer = await askDisplay(context, command, timeoutMs, signal);
  // One that always answers and did not has not heard it: nothing has changed, and no window began.
  const isUnheard = answer === undefined && change === 'stop' && profile.current.answersStop === 'yes';
  if (!isUnheard) windows.begin(change, changesAt);
  return answer;
}

/** Whether it says its model line to a harmless question, which one that is counting bytes cannot. */
export async function answersAsUsual({ connection, profile }: DisplayContext, signal?: AbortSignal): Promise<boolean> {
  const heard = await probe(connection, signal, CONFIRM_PROBES);
  const { modelLine } = profile.current;
  return heard.kind === 'answered' && (modelLine === undefined || heard.modelLine === modelLine);
}

/** Whether a display that was ready still is, with time for a screen change. */
export async function isStillThere({ connection }: DisplayContext, signal?: AbortSignal): Promise<boolean> {
  return (await probe(connection, signal, CONFIRM_PROBES)).kind === 'answered';
}
