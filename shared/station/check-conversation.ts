/**
 * The conversation of "Check this display": commands that every display of the family takes without harm, in an order
 * in which each teaches something. What it learns goes into the display's profile by itself. Knows sessions and one
 * picture; knows no person and no relay.
 */
import type { Clock } from '../util/clock.ts';
import { isDisplayError } from '../display/display-error.ts';
import type { NativeScreen } from '../display/native-screen.ts';
import type { DisplaySession } from '../display/session.ts';
import { SLOT, type Display } from '../screen/show-picture.ts';
import type { DisplayCheck } from '../wire/display-check.ts';

/** What is being looked at. */
export type CheckStep = 'speed' | 'rotation' | 'picture' | 'delete' | 'own_code';

export interface CheckedDisplay extends Display {
  /** Opens it anew, with nothing known of it. Resolves once it is ready. */
  relearn(signal: AbortSignal): Promise<void>;
}

export interface ConversationParts {
  readonly clock: Clock;
  readonly display: CheckedDisplay;
  /** The test card for a wire of this speed. */
  readonly card: (baudRate: number, signal: AbortSignal) => Promise<Uint8Array>;
  readonly onStep: (step: CheckStep) => void;
}

/** Without what a person has to say. */
export type Conversation = Omit<DisplayCheck, 'scanned' | 'advice'>;

/** Nobody's money: a bank's app that scans it finds plain words. */
const CHECK_CODE: NativeScreen = { kind: 'qr', payload: 'COUNTER QR DISPLAY CHECK', amount: '0.00', id: 'CHECK' };
const MAX_MODEL_CHARS = 200;
/** The first upload, or the first own code, may fall into a window that is not known yet. */
const UPLOADS = 2;
const DRAWINGS = 2;

/**
 * Ends with the display's own code on it, where it draws codes. @throws DisplayError `aborted` when the signal fires
 * @throws PictureError where the test card cannot be made
 */
export async function converse(parts: ConversationParts, signal: AbortSignal): Promise<Conversation> {
  const { display, onStep } = parts;
  onStep('speed');
  await display.relearn(signal);
  onStep('rotation');
  await attempt(() => display.use(signal, (session) => session.startRotation(signal)), signal);
  onStep('picture');
  const pictureMs = await showCard(parts, signal);
  onStep('delete');
  await attempt(() => display.use(signal, (session) => session.freeSlot(SLOT, signal)), signal);
  onStep('own_code');
  const ownCodeMs = await drawCode(parts, signal);
  return display.use(signal, async (session) => foundIn(session, pictureMs, ownCodeMs));
}

/** In ms; undefined where it did not take the picture. */
async function showCard({ clock, display, card }: ConversationParts, signal: AbortSignal): Promise<number | undefined> {
  for (let time = 1; time <= UPLOADS; time += 1) {
    const tookMs = await attempt(
      () =>
        display.use(signal, async (session) => {
          const jpeg = await card(session.pictureBaudRate, signal);
          const from = clock.now();
          await session.show({ name: SLOT, jpeg, signal });
          return clock.now() - from;
        }),
      signal,
    );
    if (tookMs !== undefined) return tookMs;
  }
  return undefined;
}

/** In ms; undefined where it draws no codes. The first time teaches how long it is deaf, so the second one counts. */
async function drawCode({ clock, display }: ConversationParts, signal: AbortSignal): Promise<number | undefined> {
  const draw = () =>
    display.use(signal, async (session) => {
      const from = clock.now();
      await session.drawNative(CHECK_CODE, signal);
      return clock.now() - from;
    });
  for (let time = 1; time <= DRAWINGS; time += 1)
    if ((await attempt(draw, signal)) !== undefined) return attempt(draw, signal);
  return undefined;
}

/** Undefined where the display did not do it; that is an answer too. */
async function attempt<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isDisplayError(error) || signal.aborted) throw error;
    return undefined;
  }
}

function foundIn({ profile, baudRate }: DisplaySession, pictureMs?: number, ownCodeMs?: number): Conversation {
  const { modelLine, saysExit, fileinfo, deletes, deafMs = {}, draws } = profile;
  const windows = Object.values(deafMs).filter((ms) => ms !== undefined);
  return {
    baud: baudRate,
    ...(modelLine === undefined ? {} : { model: modelLine.slice(0, MAX_MODEL_CHARS) }),
    ...(saysExit === undefined ? {} : { says_exit: saysExit }),
    ...(fileinfo === undefined ? {} : { fileinfo }),
    ...(deletes === undefined ? {} : { deletes }),
    deaf_ms: Math.round(Math.max(0, ...windows)),
    ...(pictureMs === undefined ? {} : { picture_ms: Math.round(pictureMs) }),
    own_code: ownCodeMs === undefined ? 'no' : (draws?.qr ?? 'no'),
    ...(ownCodeMs === undefined ? {} : { own_code_ms: Math.round(ownCodeMs) }),
  };
}
