/**
 * Whether a display lists its files. The answer is kept for good, and a stored size that nobody compares is a check
 * lost, so `no` is learned only from a firmware that says so in words, twice; silence and garbage leave the question
 * open until the next connect.
 */
import { parseFileinfo, spoken, type Answer } from './serial-commands.ts';
import { ANSWER_MS, askDisplay, type DisplayContext } from './display-context.ts';

/** Of JSON that arrived in part, too: what has these is no refusal. */
const JSON_MARKS = /[{}[\]"]/;
const A_WORD = /[a-z]{3}/i;

/** The first answer may be the late one to an earlier question, or garbled. */
const TIMES = 2;

/**
 * Asks a display of which it is not known. @throws DisplayError `lost`, `aborted`, `no_reply` when the port takes no
 * bytes
 */
export async function detectFileinfo(context: DisplayContext, signal?: AbortSignal): Promise<void> {
  if (context.profile.current.fileinfo !== undefined) return;
  let refusals = 0;
  for (let time = 0; time < TIMES; time += 1) {
    const answer = await askDisplay(context, 'fileinfo', ANSWER_MS, signal);
    if (parseFileinfo(answer) !== undefined) return context.profile.update({ fileinfo: 'yes' });
    if (isRefusal(answer)) refusals += 1;
    // Who says nothing at all is not waited for twice: a customer may be.
    else if (context.connection.channel.receivedBytes === 0) return;
  }
  if (refusals === TIMES) context.profile.update({ fileinfo: 'no' });
}

const isRefusal = (answer: Answer | undefined): boolean => {
  const said = spoken(answer);
  return said !== undefined && A_WORD.test(said) && !answer?.lines.some((line) => JSON_MARKS.test(line));
};
