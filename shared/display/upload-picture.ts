/**
 * One picture into a slot and onto the glass of a ready unit: rotation off, upload, and then the questions that tell an honest `ok` from a
 * stray one. Knows no states; an error's code says what the unit was left in.
 */
import { parseFileinfo, spoken } from './serial-commands.ts';
import { DisplayError } from './display-error.ts';
import { upload, type TransferState } from './upload.ts';
import { ANSWER_MS, askDisplay, isStillThere, type DisplayContext } from './display-context.ts';

const FILEINFO_MS = 1_500;

export interface PictureUpload {
  /** Slot, e.g. `1.jpeg`. */
  readonly name: string;
  readonly jpeg: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((acknowledgedBytes: number) => void) | undefined;
}

/** @throws DisplayError `refused`, `corrupt`, `rebooted`, `no_reply`, `lost`, `aborted` */
export async function uploadPicture(
  context: DisplayContext,
  transfer: TransferState,
  picture: PictureUpload,
): Promise<void> {
  const { name, jpeg, signal, onProgress } = picture;
  const { connection, profile } = context;
  const { boots } = connection;
  const usual = await stopRotation(context, signal);
  profile.update({ owedBytes: jpeg.length });
  await upload(connection.channel, transfer, {
    name,
    bytes: jpeg,
    paced: connection.paced,
    modelLine: profile.current.modelLine,
    now: () => connection.clock.now(),
    signal,
    onProgress,
  });
  await confirm(context, usual, signal);
  await checkSize(context, picture);
  if (connection.boots !== boots) throw rebooted();
}

/** After a refusal: takes our own picture out of the slot, in the form of `delete` that this unit obeys. */
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
async function stopRotation(context: DisplayContext, signal?: AbortSignal): Promise<string | undefined> {
  const { answersStop } = context.profile.current;
  if (answersStop === 'no') return spoken(await askDisplay(context, 'stoprotation', 0, signal));
  const stop = () => askDisplay(context, 'stoprotation', ANSWER_MS, signal);
  const answer = (await stop()) ?? (await stop());
  if (answer && answersStop === undefined) context.profile.update({ answersStop: 'yes' });
  return spoken(answer);
}

/**
 * The last `ok` alone may be a stray one. A display that answers a command with something else is no longer counting bytes; one that
 * is would take the command for picture data. Stops the rotation again at the same time, as deployed units need.
 */
async function confirm(context: DisplayContext, usual: string | undefined, signal?: AbortSignal): Promise<void> {
  const { answersStop, modelLine } = context.profile.current;
  const stop = () => askDisplay(context, 'stoprotation', answersStop === 'no' ? 0 : ANSWER_MS, signal);
  const { connection } = context;
  const { acks } = connection;
  const answer = await stop();
  const said = spoken(answer);
  // Its model line, and before it had said something else: that was the banner of a boot.
  if (said !== undefined && said === modelLine && said !== usual) throw rebooted();
  // Noise is no answer.
  if (said) return;
  // Deaf for a moment, or it took the question for picture data: then it says ok once it has taken enough.
  const isThere = connection.acks === acks && (await isStillThere(context, signal));
  if (!isThere || connection.acks !== acks)
    throw new DisplayError('no_reply', 'The display did not confirm that the picture is complete.');
  const again = await stop();
  if (spoken(again) === undefined && answersStop === undefined) context.profile.update({ answersStop: 'no' });
}

async function checkSize(context: DisplayContext, { name, jpeg, signal }: PictureUpload): Promise<void> {
  if (context.profile.current.fileinfo !== 'yes') return;
  const files = parseFileinfo(await askDisplay(context, 'fileinfo', FILEINFO_MS, signal));
  const stored = files?.get(name);
  if (stored === undefined || stored === jpeg.length) return;
  throw new DisplayError('corrupt', `The display stored ${stored} of ${jpeg.length} bytes.`);
}

const rebooted = (): DisplayError =>
  new DisplayError('rebooted', 'The display restarted before it had confirmed the picture.');
