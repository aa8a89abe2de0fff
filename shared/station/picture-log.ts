/** Lines of the log about a picture that is shown, for people who look for the reason of what they see. */
import type { PictureFacts } from '../wire/schemas.ts';
import type { Log } from './log.ts';

export function logPicture(log: Log, commandId: string, { bytes = 0, note, over_budget }: PictureFacts): void {
  if (note !== undefined) log('warn', 'picture_noted', `The picture of command ${commandId} is noted ${note}.`);
  if (over_budget !== true) return;
  const text = `The picture of command ${commandId} has ${bytes} bytes: more than fit budget_ms.`;
  log('warn', 'picture_over_budget', text);
}
