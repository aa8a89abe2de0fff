/**
 * One screen that the display draws by itself. Shown counts when the firmware says so in its own words, or, where it
 * has none, when it heard us before and answers after its deaf window. Knows no states; an error's code says in which
 * state the display was left.
 */
import { DisplayError, isDisplayError } from './display-error.ts';
import { ANSWER_MS, answersAsUsual, askDisplay, type DisplayContext } from './display-context.ts';
import type { NativeDrawing } from './display-profile.ts';
import { nativeKindOf, nativeLine, saysDrawn, type NativeKind, type NativeScreen } from './native-screen.ts';
import { isBootLine, isExit } from './reply-lines.ts';
import { spoken, type Answer } from './serial-commands.ts';
import { stopRotation } from './upload-picture.ts';

/** How long the words of a firmware that has some may take after the line has left the wire. */
const WORDS_MS = 1_000;
/**
 * For one of which that is not known: longer than a refusal takes, and short, so that its deaf window can be measured.
 */
const FIRST_WORDS_MS = 120;
/** Some firmware leaves out the `exit` after them. */
const EXIT_GRACE_MS = 40;
/** A word may be garbled: a unit is known not to draw after as many refusals. */
const REFUSALS = 2;

export interface NativeRequest {
  readonly screen: NativeScreen;
  /** Whether the display may be rotating: the rotation would cover the screen. */
  readonly rotation: 'maybe' | 'off';
  readonly signal?: AbortSignal | undefined;
}

/** What was heard: its own words, something else, or nothing. */
type Heard =
  { readonly kind: 'drawn' } | { readonly kind: 'other'; readonly said: string } | { readonly kind: 'silent' };

/**
 * @throws DisplayError `refused` where it does not draw this: ready for a picture. `no_reply`, `rebooted`, `lost`,
 * `aborted`
 */
export async function drawNative(context: DisplayContext, request: NativeRequest): Promise<void> {
  const { screen, signal } = request;
  const kind = nativeKindOf(screen);
  const line = nativeLine(screen);
  if (line === undefined) throw new DisplayError('refused', 'This screen cannot be said in one line of ASCII.');
  await untilItHears(context, request);
  const { boots } = context.connection;
  for (let time = 1; ; time += 1) {
    const how = await sayAndConfirm(context, kind, line, signal);
    if (context.connection.boots !== boots)
      throw new DisplayError('rebooted', 'The display restarted before it had drawn the screen.');
    if (how !== 'no') {
      learn(context, kind, how);
      // While nothing is asked the length of its window can be learned.
      await context.windows.measure(signal);
      return;
    }
    const isNew = context.profile.current.draws?.[kind] === undefined;
    if (isNew && time < REFUSALS) continue;
    if (isNew) learn(context, kind, 'no');
    throw new DisplayError('refused', 'The display does not draw this screen by itself.');
  }
}

/** Only one that hears the line can draw it. @throws DisplayError `no_reply` */
async function untilItHears(context: DisplayContext, { screen, rotation, signal }: NativeRequest): Promise<void> {
  const { windows, profile } = context;
  await windows.measure(signal);
  const answered = rotation === 'maybe' ? await stopRotation(context, signal) : undefined;
  await windows.measure(signal);
  await windows.waitUntilHearing(signal);
  // The words of one that has them are proof enough.
  if (answered !== undefined || profile.current.draws?.[nativeKindOf(screen)] === 'words') return;
  if (!(await answersAsUsual(context, signal))) throw new DisplayError('no_reply', 'The display no longer answers.');
}

async function sayAndConfirm(
  context: DisplayContext,
  kind: NativeKind,
  line: string,
  signal: AbortSignal | undefined,
): Promise<NativeDrawing> {
  const heard = await say(context, kind, line, signal);
  if (heard.kind === 'drawn') return 'words';
  const { windows } = context;
  const { modelLine } = context.profile.current;
  if (heard.kind === 'other' && heard.said === modelLine) return 'no';
  const answer = await askAfterWindow(context, kind, signal);
  if (answer === undefined) {
    if (context.profile.current.draws?.[kind] === undefined) learn(context, kind, 'no');
    throw new DisplayError('no_reply', 'The display does not answer after its own screen.');
  }
  if (answer.lines.some((each) => saysDrawn(kind, each))) {
    if (modelLine === undefined || answer.lines.includes(modelLine)) return 'asked';
    // Its own words, and no answer to us: the window is not over yet.
    windows.forget(kind);
    return 'words';
  }
  // It says the same to a word that no firmware knows.
  return heard.kind === 'other' && heard.said === spoken(answer) ? 'no' : 'asked';
}

async function say(
  { connection, profile, windows }: DisplayContext,
  kind: NativeKind,
  line: string,
  signal: AbortSignal | undefined,
): Promise<Heard> {
  const { channel } = connection;
  const { draws, deafMs } = profile.current;
  // One that says nothing is listened to all the same until its window is over: it would say so if it refused.
  const timeoutMs = draws?.[kind] === 'words' ? WORDS_MS : Math.max(FIRST_WORDS_MS, deafMs?.[kind] ?? 0);
  let said: string | undefined;
  await windows.waitUntilHearing(signal);
  channel.discard();
  windows.begin(kind, channel.wireFreeAt + channel.wireMs(line.length + 1));
  await channel.writeLine(line, signal);
  const look = (each: string): Heard | undefined => {
    if (isBootLine(each)) throw new DisplayError('rebooted', 'The display restarted instead of drawing the screen.');
    if (saysDrawn(kind, each)) return { kind: 'drawn' };
    if (!isExit(each)) said ??= each;
    return isExit(each) && said !== undefined ? { kind: 'other', said } : undefined;
  };
  const heard = await channel.nextLine(look, { timeoutMs, signal, what: 'the words of a drawn screen' }).catch(nothing);
  if (heard?.kind === 'drawn') {
    const exit = (each: string): true | undefined => (isExit(each) ? true : undefined);
    await channel.nextLine(exit, { timeoutMs: EXIT_GRACE_MS, signal, what: 'exit' }).catch(nothing);
  }
  return heard ?? (said === undefined ? { kind: 'silent' } : { kind: 'other', said });
}

async function askAfterWindow(
  context: DisplayContext,
  kind: NativeKind,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const { windows } = context;
  if (!windows.knows(kind)) return windows.askUntilAnswered('test', signal);
  const answer = await askDisplay(context, 'test', ANSWER_MS, signal);
  if (answer) return answer;
  // Deaf for longer than it is known to be.
  windows.forget(kind);
  return askDisplay(context, 'test', ANSWER_MS, signal);
}

function learn({ profile }: DisplayContext, kind: NativeKind, how: NativeDrawing): void {
  const { draws } = profile.current;
  if (draws?.[kind] !== how) profile.update({ draws: { ...draws, [kind]: how } });
}

function nothing(error: unknown): undefined {
  if (isDisplayError(error) && error.code === 'no_reply') return undefined;
  throw error;
}
