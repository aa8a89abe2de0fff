/**
 * One picture into a slot of a ready display, which shows it: rotation off, upload, and then the questions that tell an
 * honest `ok` from a stray one. Knows no states; an error's code says in which state the display was left.
 */
import { parseFileinfo, spoken } from './serial-commands.ts';
import { DisplayError, isDisplayError } from './display-error.ts';
import { announce, sendPicture, type PictureUpload, type TransferState } from './upload.ts';
import {
  ANSWER_MS,
  answersAsUsual,
  askDisplay,
  changeScreen,
  isStillThere,
  type DisplayContext,
} from './display-context.ts';

const FILEINFO_MS = 1_500;
/** Announcements of one upload: the first may fall into a deaf window that has grown. */
const ANNOUNCEMENTS = 2;

/** @throws DisplayError `refused`, `corrupt`, `rebooted`, `no_reply`, `lost`, `aborted` */
export async function uploadPicture(
  context: DisplayContext,
  transfer: TransferState,
  picture: PictureUpload,
): Promise<void> {
  const { jpeg, signal } = picture;
  const { connection, profile, windows } = context;
  const { boots } = connection;
  const usual = await stopRotation(context, signal);
  profile.update({ owedBytes: jpeg.length });
  await announceUntilHeard(context, transfer, picture);
  await sendPicture(context, transfer, picture);
  windows.begin('upload', connection.clock.now());
  await confirm(context, usual, signal);
  await checkSize(context, picture);
  if (connection.boots !== boots) throw rebooted();
}

/**
 * No answer is three things: not heard, counting, or gone. A display that answers a harmless question is not counting,
 * so it has not heard; one that does not is left to recovery.
 */
async function announceUntilHeard(
  context: DisplayContext,
  transfer: TransferState,
  picture: PictureUpload,
): Promise<void> {
  const { connection, windows } = context;
  const { signal } = picture;
  for (let time = 1; ; time += 1) {
    await windows.waitUntilHearing(signal);
    const saidAt = connection.clock.now();
    try {
      await announce(context, transfer, picture);
      windows.heard('stop', saidAt);
      return;
    } catch (error) {
      if (!isDisplayError(error) || error.code !== 'no_reply' || time === ANNOUNCEMENTS) throw error;
      if (!(await answersAsUsual(context, signal))) throw error;
      transfer.promisedBytes = 0;
      windows.forget('stop');
      await changeScreen(context, 'stop', ANSWER_MS, signal);
      await windows.measure(signal);
    }
  }
}

/** After a refusal: takes our own picture out of the slot, in the form of `delete` that this display obeys. */
export async function freeSlot(context: DisplayContext, name: string, signal?: AbortSignal): Promise<void> {
  const { profile } = context;
  for (const form of ['plain', 'images'] as const) {
    const known = profile.current.deletes;
    if (known !== undefined && known !== form) continue;
    const command = form === 'plain' ? `delete**${name}` : `delete**images**${name}`;
    const answer = await askDisplay(context, command, ANSWER_MS, signal);
    if (/delet/i.test(spoken(answer) ?? '')) profile.update({ deletes: form });
  }
}

/** What it says to `stoprotation` when all is well. */
export async function stopRotation(context: DisplayContext, signal?: AbortSignal): Promise<string | undefined> {
  const { answersStop } = context.profile.current;
  if (answersStop === 'no') return spoken(await changeScreen(context, 'stop', 0, signal));
  const first = await changeScreen(context, 'stop', ANSWER_MS, signal);
  // It fell into a window that is not known: now its end can be.
  if (!first) await context.windows.measure(signal);
  const answer = first ?? (await changeScreen(context, 'stop', ANSWER_MS, signal));
  // It was deaf when the first was said.
  if (!first && answer) context.windows.forgetRecent();
  if (answer && answersStop === undefined) context.profile.update({ answersStop: 'yes' });
  return spoken(answer);
}

/**
 * The last `ok` alone may be a stray one. A display that answers a command with something else is no longer counting
 * bytes; one that is would take the command for picture data. Stops the rotation again at the same time, as deployed
 * displays need.
 */
async function confirm(context: DisplayContext, usual: string | undefined, signal?: AbortSignal): Promise<void> {
  const { connection, profile, windows } = context;
  const { answersStop, modelLine } = profile.current;
  const stop = () => changeScreen(context, 'stop', answersStop === 'no' ? 0 : ANSWER_MS, signal);
  const { acks } = connection;
  const first = answersStop === 'no' ? undefined : await stopWhenItHears(context, signal);
  // It was counting, and took the questions for picture data.
  if (first === undefined && connection.acks !== acks) throw unconfirmed();
  const answer = first ?? (await stop());
  const said = spoken(answer);
  // Its model line, and before it had said something else: that was the banner of a boot, or it was counting and did
  // not hear all of it.
  if (said !== undefined && said === modelLine && said !== usual)
    throw connection.acks === acks ? rebooted() : unconfirmed();
  // An ok after the last one, and not what it says to this word: it was counting, and took a part of the word.
  if (connection.acks !== acks && said !== undefined && !(usual !== undefined && answer?.lines.includes(usual)))
    throw unconfirmed();
  // Noise is no answer.
  if (said) return;
  // Deaf for a moment, or it took the question for picture data: then it says ok once it has taken enough.
  const isThere = connection.acks === acks && (await isStillThere(context, signal));
  if (!isThere || connection.acks !== acks) throw unconfirmed();
  windows.forget('upload');
  const again = await stop();
  if (spoken(again) === undefined && answersStop === undefined) profile.update({ answersStop: 'no' });
}

/** Where the window after an upload is not known it is measured with the command that is to be said anyway. */
async function stopWhenItHears({ connection, windows }: DisplayContext, signal?: AbortSignal) {
  if (windows.knows('upload')) return undefined;
  const answer = await windows.askUntilAnswered('stoprotation', signal);
  if (answer) windows.begin('stop', connection.clock.now());
  return answer;
}

async function checkSize(context: DisplayContext, { name, jpeg, signal }: PictureUpload): Promise<void> {
  if (context.profile.current.fileinfo !== 'yes') return;
  await context.windows.measure(signal);
  const files = parseFileinfo(await askDisplay(context, 'fileinfo', FILEINFO_MS, signal));
  const stored = files?.get(name);
  if (stored === undefined || stored === jpeg.length) return;
  throw new DisplayError('corrupt', `The display stored ${stored} of ${jpeg.length} bytes.`);
}

const unconfirmed = (): DisplayError =>
  new DisplayError('no_reply', 'The display did not confirm that the picture is complete.');

const rebooted = (): DisplayError =>
  new DisplayError('rebooted', 'The display restarted before it had confirmed the picture.');
