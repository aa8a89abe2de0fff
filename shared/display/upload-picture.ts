/**
 * One picture into a slot and onto the glass of a ready unit: rotation off, upload, and then the questions that tell an honest `ok` from a
 * stray one. Knows no states; an error's code says what the unit was left in.
 */
import { parseFileinfo, spoken } from './serial-commands.ts';
import { DeviceError } from './display-error.ts';
import { upload, type TransferState } from './upload.ts';
import { ANSWER_MS, askUnit, isStillThere, type Wire } from './display-context.ts';

const FILEINFO_MS = 1_500;

export interface PictureToPut {
  /** Slot, e.g. `1.jpeg`. */
  readonly name: string;
  readonly jpeg: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((acknowledgedBytes: number) => void) | undefined;
}

/** @throws DeviceError `refused`, `corrupt`, `rebooted`, `no_reply`, `lost`, `aborted` */
export async function putPicture(wire: Wire, transfer: TransferState, picture: PictureToPut): Promise<void> {
  const { name, jpeg, signal, onProgress } = picture;
  const { connection, unit } = wire;
  const { boots } = connection;
  const usual = await stopRotation(wire, signal);
  unit.know({ owedBytes: jpeg.length });
  await upload(connection.link, transfer, {
    name,
    bytes: jpeg,
    paced: connection.paced,
    modelLine: unit.facts.modelLine,
    now: () => connection.clock.now(),
    signal,
    onProgress,
  });
  await confirm(wire, usual, signal);
  await checkSize(wire, picture);
  if (connection.boots !== boots) throw rebooted();
}

/** After a refusal: takes our own picture out of the slot, in the form of `delete` that this unit obeys. */
export async function makeRoom(wire: Wire, name: string, signal?: AbortSignal): Promise<void> {
  const { unit } = wire;
  for (const form of ['plain', 'images'] as const) {
    const known = unit.facts.deletes;
    if (known !== undefined && known !== form) continue;
    const command = form === 'plain' ? `delete**${name}` : `delete**images**${name}`;
    const answer = await askUnit(wire, command, ANSWER_MS, signal);
    if (/delet/i.test(spoken(answer) ?? '')) unit.know({ deletes: form });
  }
}

/** What it says to `stoprotation` when all is well. */
async function stopRotation(wire: Wire, signal?: AbortSignal): Promise<string | undefined> {
  const { answersStop } = wire.unit.facts;
  if (answersStop === 'no') return spoken(await askUnit(wire, 'stoprotation', 0, signal));
  const stop = () => askUnit(wire, 'stoprotation', ANSWER_MS, signal);
  const answer = (await stop()) ?? (await stop());
  if (answer && answersStop === undefined) wire.unit.know({ answersStop: 'yes' });
  return spoken(answer);
}

/**
 * The last `ok` alone may be a stray one. A display that answers a command with something else is no longer counting bytes; one that
 * is would take the command for picture data. Stops the rotation again at the same time, as deployed units need.
 */
async function confirm(wire: Wire, usual: string | undefined, signal?: AbortSignal): Promise<void> {
  const { answersStop, modelLine } = wire.unit.facts;
  const stop = () => askUnit(wire, 'stoprotation', answersStop === 'no' ? 0 : ANSWER_MS, signal);
  const { connection } = wire;
  const { acks } = connection;
  const answer = await stop();
  const said = spoken(answer);
  // Its model line, and before it had said something else: that was the banner of a boot.
  if (said !== undefined && said === modelLine && said !== usual) throw rebooted();
  // Noise is no answer.
  if (said) return;
  // Deaf for a moment, or it took the question for picture data: then it says ok once it has taken enough.
  const isThere = connection.acks === acks && (await isStillThere(wire, signal));
  if (!isThere || connection.acks !== acks)
    throw new DeviceError('no_reply', 'The display did not confirm that the picture is complete.');
  const again = await stop();
  if (spoken(again) === undefined && answersStop === undefined) wire.unit.know({ answersStop: 'no' });
}

async function checkSize(wire: Wire, { name, jpeg, signal }: PictureToPut): Promise<void> {
  if (wire.unit.facts.fileinfo !== 'yes') return;
  const files = parseFileinfo(await askUnit(wire, 'fileinfo', FILEINFO_MS, signal));
  const stored = files?.get(name);
  if (stored === undefined || stored === jpeg.length) return;
  throw new DeviceError('corrupt', `The display stored ${stored} of ${jpeg.length} bytes.`);
}

const rebooted = (): DeviceError =>
  new DeviceError('rebooted', 'The display restarted before it had confirmed the picture.');
