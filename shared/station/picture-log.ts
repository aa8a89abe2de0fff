/** Lines of the log about a picture that is shown, for people who look for the reason of what they see. */
import type { PictureFacts } from '../wire/picture.ts';
import type { Log } from './log.ts';
import { captionWords, isWorrying, missingOf, noteWords } from './picture-words.ts';

export function logPicture(log: Log, commandId: string, facts: PictureFacts): void {
  const { bytes = 0, note, over_budget } = facts;
  const say = (sentence: string): string => `Command ${commandId}: ${sentence}`;
  if (note !== undefined) {
    const words = say(noteWords(note, 'en') ?? `noted ${note}.`);
    if (isWorrying(facts)) log('warn', 'picture_noted', words, note);
    else log('info', 'picture_noted', words, note);
  }
  const missing = missingOf(facts);
  if (missing !== undefined) log('info', 'picture_caption', say(captionWords(missing, 'en') ?? ''), missing);
  if (over_budget === true)
    log('warn', 'picture_over_budget', say(`The picture has ${bytes} bytes: more than fit budget_ms.`));
}
